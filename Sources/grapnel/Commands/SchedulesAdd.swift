import ArgumentParser
import GrapnelClient
import Model

/// `grapnel schedules add`.
struct SchedulesAdd: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make a schedule for a hook, beside those that its hook.yaml declares.",
    discussion: """
      One of --every, --cron and --at says when:

        grapnel schedules add poll --every 10s
        grapnel schedules add report --cron "30 2 * * *" --zone Europe/Berlin --missed once
        grapnel schedules add greet --at 2026-12-24T18:00:00Z --payload '{"name": "Ada"}'

      A cron expression has five fields, or six with seconds first; docs/schedules.md describes them.
      """)

  @Argument(help: "The hook's name.")
  var hook: String

  @Option(help: ArgumentHelp("An interval of elapsed time, such as 10s or 1d.", valueName: "duration"))
  var every: String?

  @Option(help: ArgumentHelp("A cron expression, in quotes.", valueName: "expression"))
  var cron: String?

  @Option(
    help: ArgumentHelp(
      "Once: a time such as 2026-12-24T18:00:00Z, one without an offset and with --zone, or a span from now such as 2h.",
      valueName: "time"))
  var at: String?

  @Option(help: ArgumentHelp("The time zone, such as Europe/Berlin; without it UTC.", valueName: "zone"))
  var zone: String?

  @Option(help: ArgumentHelp("Its name among the hook's schedules; without it one that says when.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("What it is for, in your words.", valueName: "text"))
  var description: String?

  @Option(
    name: [.short, .customLong("payload")],
    help: ArgumentHelp(
      "What the hook is given: JSON, @FILE to read it from a file, or @- from standard input.", valueName: "json"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "When an earlier run has not ended: skip (the default), queue, allow or cancel-running.", valueName: "policy"))
  var overlap: String?

  @Option(
    help: ArgumentHelp(
      "What becomes of slots that nobody could run: skip, once (the default), all or all:N.", valueName: "policy"))
  var missed: String?

  @Option(help: ArgumentHelp("How late a run may be before its slot is missed; 10s without it.", valueName: "duration"))
  var tolerance: String?

  @Option(help: ArgumentHelp("Put off each run by up to this much.", valueName: "duration"))
  var jitter: String?

  @Option(
    help: ArgumentHelp("No slot is earlier: a time, or a span from now.", valueName: "time"),
    transform: { try Moment.parse($0, option: "--start", sign: 1) })
  var start: Timestamp?

  @Option(
    help: ArgumentHelp("All slots are earlier: a time, or a span from now.", valueName: "time"),
    transform: { try Moment.parse($0, option: "--end", sign: 1) })
  var end: Timestamp?

  @Option(
    help: ArgumentHelp(
      "What the slots of --every are counted from: epoch (the default), creation or start.", valueName: "anchor"))
  var align: String?

  @Option(help: ArgumentHelp("Disable it after that many failures in a row.", valueName: "number"))
  var disableAfter: Int64?

  @Option(help: ArgumentHelp("The hook that is run when a run has failed for good.", valueName: "name"))
  var onFailure: String?

  @Option(help: ArgumentHelp("The hook that is run when one succeeds again after that.", valueName: "name"))
  var onRecovery: String?

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func validate() throws {
    guard [every, cron, at].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("say when: one of --every 10s, --cron \"30 2 * * *\" and --at 2026-12-24T18:00:00Z")
    }
  }

  func run() async throws {
    let context = CommandContext.current
    let members = try members(context)
    let schedule = try await connection.connect(instance: scope.instance).createSchedule(
      NewSchedule(hook: hook, name: name, members: members))
    context.console.print(
      isJSON ? JSONText.pretty(schedule) : ScheduleText.line(schedule, now: context.clock.now))
  }

  private func members(_ context: CommandContext) throws -> [String: JSONValue] {
    let moment = at.flatMap { Duration(text: $0) }.map { (context.clock.now + $0).rfc3339 }
    let texts = [
      "every": every, "cron": cron, "at": moment ?? at, "zone": zone, "description": description, "overlap": overlap,
      "missed": missed, "tolerance": tolerance, "jitter": jitter, "start": start?.rfc3339, "end": end?.rfc3339,
      "align": align, "on_failure": onFailure, "on_recovery": onRecovery,
    ]
    var members = texts.compactMapValues { $0.map(JSONValue.string) }
    members["payload"] = try data.map { try PayloadOption.read($0, option: "--payload", context) }
    members["disable_after"] = disableAfter.map(JSONValue.int)
    return members
  }
}
