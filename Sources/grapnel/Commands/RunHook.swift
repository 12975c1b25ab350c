import ArgumentParser
import Foundation
import GrapnelClient
import Model

/// `grapnel run`.
struct RunHook: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a hook and print what it gives out.",
    discussion: """
      The hook's output goes to standard output byte for byte, its log to standard error. The exit status is 0 when \
      the run succeeded and 1 when it did not. With --async it prints the run's id as soon as the run is safely queued.
      """)

  @Argument(help: "The hook's name.")
  var hook: String

  @Option(
    name: [.short, .customLong("payload")],
    help: ArgumentHelp("The payload: JSON, @FILE to read it from a file, or @- from standard input.", valueName: "json")
  )
  var data = "{}"

  @Flag(name: .customLong("async"), help: "Do not wait for the run to end.")
  var isAsynchronous = false

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let payload = try readPayload(context)
    let client = try connection.connect(instance: scope.instance)
    let run = try await client.run(hook: hook, payload: payload, isAsynchronous: isAsynchronous)
    if isJSON {
      context.console.print(JSONText.pretty(run))
    } else if run.status.isFinal {
      context.console.write(try Self.output(run))
      let log = await log(run, client)
      for line in log { context.console.printError(line) }
      if let notice = Self.notice(run, log: log) { context.console.printError(notice) }
    } else {
      context.console.print(run.id.text)
      if !isAsynchronous {
        context.console.printError("the run goes on; `grapnel traces show \(run.id)` tells how it ends")
      }
    }
    if run.status.isFinal {
      if run.status != .succeeded { throw CommandStatus.failed }
    } else if !isAsynchronous {
      throw CommandStatus.tryAgain
    }
  }

  private func readPayload(_ context: CommandContext) throws -> JSONValue {
    let bytes: [UInt8]
    let source: String
    if data == "@-" {
      source = "standard input"
      bytes = try context.readStandardInput()
    } else if data.hasPrefix("@") {
      source = String(data.dropFirst())
      guard let content = FileManager.default.contents(atPath: context.absolute(source)) else {
        throw Problem(.invalid, "cannot be read", field: "-d", file: source)
      }
      bytes = Array(content)
    } else {
      source = "-d"
      bytes = Array(data.utf8)
    }
    do {
      return try JSONValue(parsing: bytes)
    } catch var problem as Problem {
      problem.field = source
      problem.hint = "a text needs its quotes: -d '\"text\"'"
      throw problem
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
