import Foundation
import GrapnelClient
import Model

/// What a command takes from its surroundings. Tests put their own in place with `$current.withValue`.
struct CommandContext: Sendable {
  @TaskLocal static var current = CommandContext.process

  var environment: [String: String]
  var workingDirectory: String
  var userID: UInt32
  var clock: any WallClock
  var console: Console
  var makeTransport: @Sendable () -> any HTTPTransport
  var readStandardInput: @Sendable () throws -> [UInt8]
  /// Asks a person for a line that is not shown, with a word about what it is; `nil` if nobody sits at the terminal.
  var askForSecret: @Sendable (_ prompt: String) throws -> [UInt8]? = { _ in nil }
  var inspectHost: @Sendable (CommandContext, HostInspection.Subject) async -> HostInspection

  private static let process = {
    let environment = ProcessInfo.processInfo.environment
    return CommandContext(
      environment: environment, workingDirectory: FileManager.default.currentDirectoryPath, userID: geteuid(),
      clock: SystemWallClock(), console: .standard(environment: environment),
      makeTransport: { URLSessionTransport() },
      readStandardInput: { Array(try FileHandle.standardInput.readToEnd() ?? Data()) },
      askForSecret: { try SecretPrompt.ask($0) }, inspectHost: { await HostInspection.inspect($0, $1) })
  }()

  /// `path` as seen from the working directory.
  func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : workingDirectory + "/" + path
  }
}
