import Foundation
import Testing

/// The order of system calls: what a run's commit wrote is synced before the run is acknowledged.
@Suite struct SyscallTraceTests {
  private static let strace = "/usr/bin/strace"

  /// Whether there is an strace that may trace.
  private static let canTrace: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: strace)
    process.arguments = ["-f", "-o", "/dev/null", "/bin/true"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  @Test(.enabled(if: canTrace, "there is no strace here, or it may not trace"))
  func aSyncOfTheLogComesBeforeEachAcknowledgement() throws {
    let folder = try TemporaryFolder()
    let trace = folder.path + "/trace"
    let writer = try CrashWriterProcess(
      store: folder.store, runs: 40,
      under: [
        Self.strace, "-f", "-y", "-s", "70000", "-e", "trace=pwrite64,write,fdatasync,fsync", "-o", trace, "--",
      ])
    let ids = writer.ids()
    #expect(writer.exitStatus == 0)
    #expect(ids.count == 40)
    let calls = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").map(Call.init)
    for id in ids {
      let written = try #require(calls.firstIndex { $0.writesLog && $0.text.contains(id) }, "the run is in the log")
      let acknowledged = try #require(calls.firstIndex { $0.name == "write" && $0.text.contains("\"\(id)\\n") })
      try #require(written < acknowledged)
      let between = calls[written..<acknowledged]
      let synced = between.indices.contains { index in
        // A call during which others ran is shown in two lines, of which the second has its result.
        guard calls[index].syncsLog else { return false }
        if calls[index].text.hasSuffix("= 0") { return true }
        return calls[index..<acknowledged].contains {
          $0.thread == calls[index].thread && $0.text.contains("sync resumed>") && $0.text.hasSuffix("= 0")
        }
      }
      #expect(synced, "the log was synced between writing and acknowledging \(id)")
    }
  }

  /// One line of the trace: `12 fdatasync(4</tmp/grapnel.db-wal>) = 0`.
  private struct Call {
    let thread: Substring
    let text: Substring

    init(_ line: Substring) {
      thread = line.prefix { $0 != " " }
      text = line.dropFirst(thread.count).drop { $0 == " " }
    }

    var name: Substring { text.prefix { $0 != "(" } }
    var writesLog: Bool { name == "pwrite64" && text.prefix(400).contains("-wal>") }
    var syncsLog: Bool { (name == "fdatasync" || name == "fsync") && text.contains("-wal>") }
  }
}
