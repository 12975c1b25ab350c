import ArgumentParser
import GrapnelClient
import Model

/// `grapnel triggers ls`.
struct TriggersList: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List triggers: what they look at, and what became of their last run.")

  @Option(help: ArgumentHelp("Only those of this hook.", valueName: "name"))
  var hook: String?

  @Flag(help: "Only those that are disabled.")
  var disabled = false

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let client = try connection.connect(instance: scope.instance)
    let page = try await client.all { cursor in
      try await client.triggers(
        TriggerQuery(hook: hook, isEnabled: disabled ? false : nil, limit: 1000, cursor: cursor))
    }
    context.console.print(
      isJSON ? JSONText.pretty(page) : Self.table(page.items, context.console, now: context.clock.now, empty: empty))
  }

  private var empty: String {
    disabled
      ? "no trigger is disabled" : "no triggers; `grapnel triggers add HOOK --class NAME` makes one"
  }

  static func table(
    _ triggers: [TriggerResource], _ console: Console, now: Timestamp, empty: String
  ) -> String {
    var table = Table("TRIGGER", "FIRES FOR", "LAST", "NOTES")
    let sorted = triggers.sorted { ($0.hook, $0.name) < ($1.hook, $1.name) }
    for trigger in sorted {
      let last = trigger.lastQueued.map { Measure.age($0, now: now) } ?? "-"
      let status = trigger.lastStatus
      table.append(
        .init("\(trigger.hook)/\(trigger.name)"), .init(trigger.words),
        .init((status.map { "\($0.rawValue) " } ?? "") + last, status.map { Colour($0) }),
        .init(trigger.enabled ? "" : "disabled", trigger.enabled ? nil : .yellow))
    }
    return table.text(console, empty: empty)
  }
}
