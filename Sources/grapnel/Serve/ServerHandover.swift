import Foundation
import Model
import Sandbox

/// What a server that gave up root tells the program that it becomes: everything that it can no longer find out.
struct ServerHandover: Codable {
  /// The launcher that root has started.
  struct RunningLauncher: Codable {
    /// The server's end of its socket, inherited.
    var socket: Int32
    var level: SandboxLevel
    var cgroupVersion: Int?
  }

  private static let variable = "GRAPNEL_HANDOVER"

  var plan: ServerPlan
  var launcher: RunningLauncher?
  /// The lock of the data folder, inherited; see `DataFolder.lock`.
  var lock: Int32?
  /// The folders as the user named them.
  var shownHooks: String
  var shownData: String

  init(
    plan: ServerPlan, launcher: RunningLauncher? = nil, lock: Int32? = nil, shownHooks: String, shownData: String
  ) {
    self.plan = plan
    self.launcher = launcher
    self.lock = lock
    self.shownHooks = shownHooks
    self.shownData = shownData
  }

  /// The handover in the environment, which is taken out of it; `nil` where there is none.
  static func take() throws -> ServerHandover? {
    guard let text = getenv(variable).map({ String(cString: $0) }) else { return nil }
    unsetenv(variable)
    // An environment that somebody prepared must not turn root's server into one that skips its preparations.
    guard geteuid() != 0 else {
      throw Problem(.forbidden, "\(variable) is not for root", hint: "unset it")
    }
    return try JSONDecoder().decode(ServerHandover.self, from: Data(text.utf8))
  }

  /// The environment for the program that takes it over: this process's, and the handover.
  func environment(_ own: [String: String]) throws -> [String] {
    var variables = own
    variables[Self.variable] = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    return variables.map { "\($0.key)=\($0.value)" }
  }
}
