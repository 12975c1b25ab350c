import ArgumentParser
import GrapnelClient
import Model

/// `grapnel dead-letters redrive`.
struct DeadLettersRedrive: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "redrive", abstract: "Run dead letters again, each once, by the version of its hook that is active.",
    discussion: """
      Prints the id of each new run. Letters that cannot be redriven are named on standard error and stay; where the \
      queue of a hook is full, it stops there.
      """)

  @Argument(help: "The letter's id, which is that of its last run.")
  var id: ID<Run>?

  @Option(help: ArgumentHelp("All letters of this hook.", valueName: "name"))
  var hook: String?

  @Flag(help: "All letters.")
  var all = false

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard [id != nil, hook != nil, all].count(where: { $0 }) == 1 else {
      throw ValidationError("say which: the id of one letter, --hook NAME, or --all")
    }
  }

  func run() async throws {
    let console = CommandContext.current.console
    let client = try connection.connect(instance: scope.instance)
    if let id {
      let run = try await client.redriveDeadLetter(id)
      return console.print(isJSON ? JSONText.pretty(run) : run.id.text)
    }
    var runs: [TraceResource] = []
    var left = 0
    // Also when it stops halfway: what was redriven is redriven.
    defer { if isJSON { console.print(JSONText.pretty(Page(items: runs))) } }
    var cursor: String?
    repeat {
      let page = try await client.deadLetters(hook: hook, limit: 100, cursor: cursor)
      for letter in page.items {
        do {
          let run = try await client.redriveDeadLetter(letter.id)
          runs.append(run)
          if !isJSON { console.print(run.id.text) }
        } catch ClientError.refused(let resource, _) where Self.mayGoOn(resource.error.code) {
          left += 1
          console.printError("\(letter.id) stays: \(TerminalText.escape(resource.error.description))")
        }
      }
      cursor = page.items.isEmpty ? nil : page.nextCursor
    } while cursor != nil
    if left > 0 { throw CommandStatus.failed }
    if runs.isEmpty {
      console.printError("no dead letters" + (hook.map { " of a hook \(TerminalText.escape($0))" } ?? ""))
    }
  }

  /// Whether what stands in the way of one letter need not stand in the way of the next.
  private static func mayGoOn(_ code: Problem.Code) -> Bool {
    [.conflict, .notFound, .invalid].contains(code)
  }
}
