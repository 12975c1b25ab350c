import ArgumentParser
import GrapnelClient
import Model

/// `grapnel triggers add`.
struct TriggersAdd: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make a trigger for a hook, beside those that its hook.yaml declares.",
    discussion: """
      One of --class, --group, --accounts and --event says what it looks at:

        grapnel triggers add mailer --class scores --on create --if '{"new": {"points": {"min": 100}}}'
        grapnel triggers add greeter --group moderators
        grapnel triggers add archive --event 'report.*'

      docs/triggers.md describes conditions.
      """)

  @Argument(help: "The hook's name.")
  var hook: String

  @Option(name: .customLong("class"), help: ArgumentHelp("Records of this class; '*' for all.", valueName: "name"))
  var recordClass: String?

  @Option(help: ArgumentHelp("Who is in this group; '*' for all.", valueName: "name"))
  var group: String?

  @Flag(help: "The accounts of the host; only for hooks of the instance main.")
  var accounts = false

  @Option(help: ArgumentHelp("Custom events of this kind, or with PREFIX.* of all below.", valueName: "kind"))
  var event: String?

  @Option(
    name: .customLong("on"), parsing: .singleValue,
    help: ArgumentHelp("Only create, update or delete; may be given more than once.", valueName: "signal"))
  var signals: [String] = []

  @Option(
    name: .customLong("field"), parsing: .singleValue,
    help: ArgumentHelp("Only if this member has changed; may be given more than once.", valueName: "member"))
  var fields: [String] = []

  @Option(
    name: .customLong("if"),
    help: ArgumentHelp("A condition: JSON, @FILE to read it from a file, or @- from standard input.", valueName: "json")
  )
  var condition: String?

  @Option(help: ArgumentHelp("before the change, or after it (the default).", valueName: "moment"))
  var when: String?

  @Option(help: ArgumentHelp("How long a writer waits, with --when before; 2s without it.", valueName: "duration"))
  var budget: String?

  @Option(help: ArgumentHelp("Its name among the hook's triggers; without it one that says what.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("What it is for, in your words.", valueName: "text"))
  var description: String?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard [recordClass, group, event, accounts ? "" : nil].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("say what it looks at: one of --class NAME, --group NAME, --accounts and --event KIND")
    }
  }

  func run() async throws {
    let context = CommandContext.current
    let members = try members(context)
    let trigger = try await connection.connect(instance: scope.instance).createTrigger(
      NewTrigger(hook: hook, name: name, members: members))
    context.console.print(isJSON ? JSONText.pretty(trigger) : TriggerText.line(trigger))
  }

  private func members(_ context: CommandContext) throws -> [String: JSONValue] {
    let texts = [
      "class": recordClass, "group": group, "event": event, "when": when, "budget": budget, "description": description,
    ]
    var members = texts.compactMapValues { $0.map(JSONValue.string) }
    if accounts { members["account"] = true }
    if !signals.isEmpty { members["on"] = .array(signals.map(JSONValue.string)) }
    if !fields.isEmpty { members["fields"] = .array(fields.map(JSONValue.string)) }
    members["if"] = try condition.map { try PayloadOption.read($0, option: "--if", context) }
    return members
  }
}
