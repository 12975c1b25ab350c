import Foundation
import GrapnelClient
import Model

/// What a command prints about a run that it has started, and the exit status that goes with it.
struct RunReport {
  let isJSON: Bool
  let isAsynchronous: Bool

  /// The output goes to standard output byte for byte, the log and what must be known to standard error.
  ///
  /// - Throws: `CommandStatus` for a run that did not succeed, or goes on although somebody waits.
  func print(_ run: TraceResource, of client: Client) async throws {
    let console = CommandContext.current.console
    if isJSON {
      console.print(JSONText.pretty(run))
    } else if run.status.isFinal {
      console.write(try Self.output(run))
      let log = await log(run, client)
      for line in log { console.printError(line) }
      if let notice = Self.notice(run, log: log) { console.printError(notice) }
    } else {
      console.print(run.id.text)
      if !isAsynchronous {
        console.printError("the run goes on; `grapnel traces show \(run.id)` tells how it ends")
      }
    }
    if run.status.isFinal {
      if run.status != .succeeded { throw CommandStatus.failed }
    } else if !isAsynchronous {
      throw CommandStatus.tryAgain
    }
  }

  /// What the run wrote, or the value that its handler returned as the host would write it.
  static func output(_ run: TraceResource) throws -> [UInt8] {
    guard let bodies = run.bodies else { return [] }
    if let text = bodies.output.text, !text.isEmpty { return Array(text.utf8) }
    if let text = bodies.output.base64 { return Array(Data(base64Encoded: text) ?? Data()) }
    switch bodies.result {
    case nil, .null?: return []
    case .string(let text)?: return Array(text.utf8)
    case .some(let value): return value.serializedBytes + [0x0A]
    }
  }

  /// The messages of the run; its standard error when the key may not read logs.
  private func log(_ run: TraceResource, _ client: Client) async -> [String] {
    if let page = try? await client.logs(LogQuery(run: run.id, limit: 1000)) {
      return page.items.filter { $0.stream != .host }.map { LogText.value($0.value) }
    }
    let text = run.bodies?.errorOutput.text ?? ""
    return text.split(separator: "\n").map { TerminalText.escape(String($0)) }
  }

  /// What the user must know beside the output and the log, which shows the traceback of most languages already.
  static func notice(_ run: TraceResource, log: [String]) -> String? {
    var lines: [String] = []
    if run.bodies?.output.cut == true { lines.append("the output is cut: the server keeps no more of it") }
    if run.status != .succeeded {
      lines.append("run \(run.id) \(run.status.rawValue)")
      if let failure = run.failure {
        lines[lines.count - 1] += ": " + TerminalText.escape(TraceText.reason(failure))
        let traceback = (failure.traceback ?? "").split(separator: "\n").map { TerminalText.escape(String($0)) }
        if !traceback.isEmpty, !log.joined(separator: "\n").contains(traceback.joined(separator: "\n")) {
          lines += traceback.map { "  " + $0 }
        }
      }
    }
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }
}
