import GrapnelClient
import Model

/// Schedules for people.
enum ScheduleText {
  /// `report/nightly: at 02:30 every day, Europe/Berlin; next in 3 h, 02:30`.
  static func line(_ schedule: ScheduleResource, now: Timestamp) -> String {
    let next =
      schedule.enabled ? schedule.next.map { "next \(when($0, now: now))" } ?? "it does not run any more" : "disabled"
    return TerminalText.escape("\(schedule.hook)/\(schedule.name): \(schedule.words); \(next)")
  }

  /// When it runs next, for a column.
  static func next(_ schedule: ScheduleResource, now: Timestamp) -> String {
    schedule.next.map { when($0, now: now) } ?? "-"
  }

  /// `in 4 s`, `in 3 h, 02:30`, `in 5 d, 11-27 02:30`: the farther away, the more of the date, by the zone's clocks.
  private static func when(_ slot: ScheduleResource.Slot, now: Timestamp) -> String {
    let age = Measure.age(slot.due, now: now)
    let seconds = (slot.due - now).wholeMicroseconds / 1_000_000
    let (date, time) = (slot.local.prefix(10), slot.local.dropFirst(11).prefix(5))
    switch seconds {
    case ..<3600: return age
    case ..<86_400: return "\(age), \(time)"
    case ..<(300 * 86_400): return "\(age), \(date.suffix(5)) \(time)"
    default: return "\(age), \(date) \(time)"
    }
  }

  /// `2026-12-24 18:00:00 +01:00`.
  static func local(_ slot: ScheduleResource.Slot) -> String {
    let zone = slot.local.dropFirst(19)
    return "\(slot.local.prefix(10)) \(slot.local.dropFirst(11).prefix(8)) \(zone == "Z" ? "UTC" : zone)"
  }

  /// What somebody should know who looks over a list, the worst first, and its colour.
  static func notes(_ schedule: ScheduleResource, now: Timestamp) -> (String, Colour?) {
    let state = schedule.state
    var notes: [(String, Colour?)] = []
    if let problem = schedule.problem { notes.append((problem.message, .red)) }
    if let since = state.silentSince { notes.append(("silent since \(Measure.age(since, now: now))", .red)) }
    if !schedule.enabled {
      notes.append((schedule.disabledReason.map { "disabled: \($0)" } ?? "disabled", .yellow))
    } else if schedule.next == nil, schedule.problem == nil {
      notes.append(("over", nil))
    }
    if state.failures > 0, schedule.disabledReason == nil { notes.append(("\(state.failures) failed in a row", .red)) }
    if state.missed > 0 { notes.append(("\(state.missed) missed", .yellow)) }
    if state.skipped > 0 { notes.append(("\(state.skipped) skipped", .yellow)) }
    if state.waiting != nil { notes.append(("one waits", nil)) }
    return (notes.map(\.0).joined(separator: ", "), notes.compactMap(\.1).first)
  }

  static func describe(_ schedule: ScheduleResource, _ console: Console, now: Timestamp) -> String {
    let (definition, rule, state) = (schedule.definition, schedule.definition.rule, schedule.state)
    var fields = FieldList()
    fields.add("schedule", "\(schedule.hook)/\(schedule.name)")
    fields.add("description", definition.description)
    fields.add("hook", "/\(schedule.instance)/\(schedule.hook)")
    fields.add("when", schedule.words)
    if case .cron(let text) = rule.timing { fields.add("cron", text) }
    fields.add("enabled", schedule.enabled ? "yes" : "no", schedule.enabled ? nil : .yellow)
    fields.add("because", schedule.disabledReason, .yellow)
    fields.add("problem", schedule.problem?.description, .red)
    fields.add("next", schedule.next.map { "\(local($0)) (\(Measure.age($0.due, now: now)))" } ?? "none")
    fields.add("payload", definition.payload.map { JSONText.line($0) })
    fields.add("overlap", definition.overlap.rawValue)
    fields.add("missed", definition.missed.text)
    fields.add("tolerance", definition.tolerance.text)
    fields.add("disable after", definition.disableAfter.map { "\($0) failures in a row" })
    fields.add("on failure", definition.onFailure)
    fields.add("on recovery", definition.onRecovery)
    fields.add("silent since", state.silentSince.map { "\(Measure.moment($0)) (\(Measure.age($0, now: now)))" }, .red)
    fields.add("last run", last(state, now: now), state.lastStatus.map { Colour($0) })
    fields.add("waiting", state.waiting.map { "the slot of \(Measure.moment($0))" })
    fields.add("slots", "\(state.fired) run, \(state.skipped) skipped, \(state.missed) missed")
    fields.add("failures", state.failures > 0 ? "\(state.failures) in a row" : nil, .red)
    fields.add("from", schedule.origin == .manifest ? "the hook's hook.yaml" : "the API")
    fields.add("made", Measure.age(schedule.createdAt, now: now))
    fields.add("revision", String(schedule.revision))
    fields.add("id", schedule.id.text)
    return fields.text(console)
  }

  private static func last(_ state: ScheduleResource.State, now: Timestamp) -> String? {
    guard let run = state.lastRun else { return nil }
    let slot = state.lastSlot.map { ", slot \(Measure.moment($0)) (\(Measure.age($0, now: now)))" } ?? ""
    return "\(run)\(state.lastStatus.map { " \($0.rawValue)" } ?? "")\(slot)"
  }
}
