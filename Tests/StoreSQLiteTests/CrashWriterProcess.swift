import Foundation

/// The helper program that queues runs in a store, or claims slots, and prints what was acknowledged.
///
/// It is started by `posix_spawn` and not by Foundation's `Process`, which looks through all descriptors in a way that
/// reads past the end of its buffer where more than some thirteen hundred are open, as they are while many tests run.
final class CrashWriterProcess {
  private let identifier: pid_t
  private let output: FileHandle
  /// How it has ended, once `ids` has returned: 0 is well.
  private(set) var exitStatus: Int32 = -1

  /// It lies beside the test program.
  static let path: String = {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (program as NSString).deletingLastPathComponent + "/StoreCrashWriter"
  }()

  /// Starts it, under the program and arguments of `wrapper` if there are any.
  ///
  /// - Parameters:
  ///   - pruning: with it, a run that ended for nine of ten, and then deletions of that many at once.
  ///   - slots: whether the runs are those of slots.
  init(store: String, runs: Int, pruning: Int? = nil, slots: Bool = false, under wrapper: [String] = []) throws {
    let mode = slots ? "slots" : pruning.map { "\($0)" }
    let command = wrapper + [Self.path, store, "\(runs)"] + (mode.map { [$0] } ?? [])
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    output = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    defer { close(ends[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
    let arguments = command.map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var started: pid_t = 0
    let code = posix_spawn(&started, command[0], &actions, nil, arguments, variables)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    identifier = started
  }

  /// The ids that it printed, one a line, until it ended, or until `count` of them have come and it was killed then.
  func ids(killingAfter count: Int = .max) -> [String] {
    var text = Data()
    var lines = 0
    var isKilled = false
    while true {
      let chunk = output.availableData
      if chunk.isEmpty { break }
      text += chunk
      lines += chunk.count { $0 == UInt8(ascii: "\n") }
      if lines >= count && !isKilled {
        kill(identifier, SIGKILL)
        isKilled = true
      }
    }
    while waitpid(identifier, &exitStatus, 0) < 0 && errno == EINTR {}
    // A line that was cut is no acknowledgement.
    return String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }
}
