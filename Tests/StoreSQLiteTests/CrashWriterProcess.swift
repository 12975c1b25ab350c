import Foundation

/// The helper program that queues runs in a store, or claims slots, and prints what was acknowledged.
struct CrashWriterProcess {
  private let process = Process()
  private let output = Pipe()

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
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  /// The ids that it printed, one a line, until it ended, or until `count` of them have come and it was killed then.
  func ids(killingAfter count: Int = .max) -> [String] {
    var text = Data()
    var lines = 0
    var isKilled = false
    while true {
      let chunk = output.fileHandleForReading.availableData
      if chunk.isEmpty { break }
      text += chunk
      lines += chunk.count { $0 == UInt8(ascii: "\n") }
      if lines >= count && !isKilled {
        kill(process.processIdentifier, SIGKILL)
        isKilled = true
      }
    }
    process.waitUntilExit()
    // A line that was cut is no acknowledgement.
    return String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }

  var exitStatus: Int32 { process.terminationStatus }
}
