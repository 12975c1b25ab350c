import Foundation
import GrapnelClient
import Model
import Synchronization

@testable import grapnel

/// The surroundings of one command line under test: a fake server, a folder of its own, and what was printed.
final class Surroundings: Sendable {
  /// What a command line did.
  struct Outcome: Equatable {
    var status: CommandStatus
    var output: String
    var errorOutput: String
  }

  static let now = Timestamp(rfc3339: "2026-11-21T12:00:00Z")!

  static let fakeServer = ["GRAPNEL_SERVER": "http://fake.example", "GRAPNEL_KEY": "k"]

  let folder: String
  private let output = Mutex<[UInt8]>([])
  private let errorOutput = Mutex<[UInt8]>([])

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/grapnel-cli-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Runs one command line; `server` answers its requests.
  func perform(
    _ arguments: String..., environment: [String: String] = fakeServer, input: String = "",
    userID: UInt32 = geteuid(), coloured: Bool = false, server: FakeServer = FakeServer([:])
  ) async -> Outcome {
    await perform(
      arguments, environment: environment, input: input, userID: userID, coloured: coloured, server: server)
  }

  /// Runs one command line; `server` answers its requests.
  func perform(
    _ arguments: [String], environment: [String: String] = fakeServer, input: String = "",
    userID: UInt32 = geteuid(), coloured: Bool = false, server: FakeServer = FakeServer([:]),
    host: HostInspection = HostInspection(level: "user", checks: [])
  ) async -> Outcome {
    output.withLock { $0 = [] }
    errorOutput.withLock { $0 = [] }
    let console = Console(
      isColoured: coloured, output: { bytes in self.output.withLock { $0 += bytes } },
      errorOutput: { bytes in self.errorOutput.withLock { $0 += bytes } })
    let context = CommandContext(
      environment: environment, workingDirectory: folder, userID: userID, clock: ManualWallClock(now: Self.now),
      console: console, makeTransport: { server }, readStandardInput: { Array(input.utf8) },
      inspectHost: { _, _ in host })
    let status = await CommandContext.$current.withValue(context) { await Grapnel.perform(arguments) }
    return Outcome(
      status: status, output: output.withLock { String(decoding: $0, as: UTF8.self) },
      errorOutput: errorOutput.withLock { String(decoding: $0, as: UTF8.self) })
  }

  func write(_ text: String, to path: String, mode: Int = 0o600) throws {
    let full = folder + "/" + path
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: full).deletingLastPathComponent().path, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: full))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: full)
  }
}
