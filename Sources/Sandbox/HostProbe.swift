import CSandbox
import EventLoop
import Foundation
import Glibc
public import Model

/// What this host can enforce, found by trying it.
public struct HostProbe: Hashable, Sendable, Codable {
  /// One thing that the sandbox is built of.
  public struct Mechanism: Hashable, Sendable, Codable {
    /// Such as `user namespaces` or `cgroup v2: pids`.
    public let name: String
    public let works: Bool
    /// What was found, such as a version or the error.
    public let detail: String
    /// The levels that cannot do without it; empty for what is used where it is there.
    public let requiredFor: [SandboxLevel]
    /// The command or setting that mends it.
    public let remedy: String?

    private enum CodingKeys: String, CodingKey {
      case name, works, detail
      case requiredFor = "required_for"
      case remedy
    }

    public init(name: String, works: Bool, detail: String, requiredFor: [SandboxLevel], remedy: String?) {
      self.name = name
      self.works = works
      self.detail = detail
      self.requiredFor = requiredFor
      self.remedy = remedy
    }
  }

  public let mechanisms: [Mechanism]

  public init(mechanisms: [Mechanism]) {
    self.mechanisms = mechanisms
  }

  /// What a server of this level would miss.
  public func missing(for level: SandboxLevel) -> [Mechanism] {
    mechanisms.filter { !$0.works && $0.requiredFor.contains(level) }
  }

  /// The first thing that is missing, as the refusal to run hooks; `nil` when the level can be enforced.
  public func problem(for level: SandboxLevel) -> Problem? {
    guard let first = missing(for: level).first else { return nil }
    return Problem(
      .unavailable, "the sandbox cannot be enforced on this host: \(first.name): \(first.detail)",
      rule: "level \(level.rawValue)", hint: first.remedy)
  }

  /// The user that a server would be.
  public struct User: Hashable, Sendable {
    public let uid: UInt32
    public let gid: UInt32

    public init(uid: UInt32, gid: UInt32) {
      self.uid = uid
      self.gid = gid
    }
  }

  /// Lets the launcher try everything.
  ///
  /// - Parameters:
  ///   - runtimesFolder: the folder that runs would see as `/runtimes`; without it that is not tried.
  ///   - user: whom to try it as, for root only; without it as this process's.
  ///   - scope: a command that is put before the launcher's, such as `systemd-run` with its options.
  ///   - scopeEnvironment: `NAME=value` strings that the command needs.
  /// - Throws: `Problem` with code `unavailable` when the launcher is missing or fails.
  @LoopActor
  public static func run(
    executable: String? = nil, runtimesFolder: String? = nil, as user: User? = nil, scope: [String] = [],
    scopeEnvironment: [String] = []
  ) async throws -> HostProbe {
    let executable = try executable ?? LauncherProcess.findExecutable()
    var arguments = ["grapnel-launcher"]
    var folder = runtimesFolder
    if let user {
      // As a server that gives up root does it: in reach of the runtimes wherever they are.
      arguments += ["enter", "--uid", "\(user.uid)", "--gid", "\(user.gid)"]
      if let runtimesFolder {
        arguments += ["--bind-ro", "\(runtimesFolder)=runtimes"]
        folder = "/mnt/runtimes"
      }
      arguments += ["--", executable]
    }
    arguments.append("probe")
    if let folder { arguments += ["--runtimes", folder] }
    var program = executable
    if let command = scope.first {
      program = command
      arguments = scope + [executable] + arguments.dropFirst()
    }
    let (text, ending) = try await output(of: program, arguments, LauncherProcess.environment + scopeEnvironment)
    guard ending.signal == 0, let probe = try? JSONDecoder().decode(HostProbe.self, from: Data(text)) else {
      throw Problem(
        .unavailable,
        "the sandbox launcher could not look at this host (status \(ending.status), signal \(ending.signal))",
        hint: "run `\((scope + [executable]).joined(separator: " ")) probe` to see why")
    }
    return probe
  }

  @LoopActor
  private static func output(
    of executable: String, _ arguments: [String], _ environment: [String]
  ) async throws -> ([UInt8], (status: Int64, signal: Int32)) {
    var ends: (Int32, Int32) = (-1, -1)
    let made = withUnsafeMutablePointer(to: &ends) {
      $0.withMemoryRebound(to: Int32.self, capacity: 2) { gs_channel_pipe($0) }
    }
    guard made == 0 else { throw Problem(.unavailable, "the server cannot make a pipe: \(LoopError(code: made))") }
    let reader = try PipeReader(adopting: ends.0)
    defer { reader.close() }
    let child: ChildProcess
    do {
      defer { close(ends.1) }
      child = try ChildProcess(
        executable: executable, arguments: arguments, environment: environment, descriptors: [1: ends.1, 2: 2])
    } catch {
      throw Problem(
        .unavailable, "the sandbox launcher cannot be started: \(executable): \(error)",
        hint: "set GRAPNEL_LAUNCHER to the path of grapnel-launcher")
    }
    var text: [UInt8] = []
    while let chunk = try await reader.read(), text.count < 1 << 20 { text += chunk }
    return (text, await child.waitForExit())
  }
}
