import GrapnelClient
import Model

/// Triggers for people.
enum TriggerText {
  /// One line about a trigger that was made or changed.
  static func line(_ trigger: TriggerResource) -> String {
    TerminalText.escape(
      "\(trigger.hook)/\(trigger.name): \(trigger.words)\(trigger.enabled ? "" : "; disabled")")
  }

  static func describe(_ trigger: TriggerResource, _ console: Console, now: Timestamp) -> String {
    let definition = trigger.definition
    var fields = FieldList()
    fields.add("trigger", "\(trigger.hook)/\(trigger.name)")
    fields.add("description", definition.description)
    fields.add("hook", "/\(trigger.instance)/\(trigger.hook)")
    fields.add("fires for", trigger.words)
    fields.add("if", definition.condition.isEmpty ? nil : definition.members["if"].map { JSONText.line($0) })
    fields.add("budget", definition.moment == .before ? definition.budget.text : nil)
    fields.add("enabled", trigger.enabled ? "yes" : "no", trigger.enabled ? nil : .yellow)
    fields.add("last run", last(trigger, now: now), trigger.lastStatus.map { Colour($0) })
    fields.add("from", trigger.origin == .manifest ? "the hook's hook.yaml" : "the API")
    fields.add("made", Measure.age(trigger.createdAt, now: now))
    fields.add("revision", String(trigger.revision))
    fields.add("id", trigger.id.text)
    return fields.text(console)
  }

  private static func last(_ trigger: TriggerResource, now: Timestamp) -> String? {
    guard let run = trigger.lastRun, let queued = trigger.lastQueued else { return nil }
    return "\(run)\(trigger.lastStatus.map { " \($0.rawValue)" } ?? ""), \(Measure.age(queued, now: now))"
  }
}
