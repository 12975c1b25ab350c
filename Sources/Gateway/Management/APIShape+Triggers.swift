import Model

/// The shapes of triggers. docs/triggers.md says what their members mean.
extension APIShape {
  static let trigger = component("Trigger")

  /// What somebody declares of a trigger.
  static let triggerMembers: [String: APIShape] = [
    "class": .text, "group": .text, "account": .flag, "event": .text, "on": .list(.choice(ChangeSignal.self)),
    "fields": .list(.text),
    "if": .object([:], optional: ["new": .map(.anything), "old": .map(.anything), "data": .map(.anything)]),
    "when": .choice(TriggerMoment.self), "budget": .span, "description": .text,
  ]

  static let declaredTrigger = object(
    ["name": .text], optional: triggerMembers.merging(["enabled": .flag]) { own, _ in own })

  static let triggerComponents: [String: APIShape] = [
    "Trigger": .object(
      [
        "id": .id, "instance": .text, "serial": .integer, "hook": .text, "name": .text,
        "origin": .choice(TriggerOrigin.self), "enabled": .flag, "words": .text, "revision": .integer,
        "created_at": .time, "updated_at": .time,
      ],
      optional: triggerMembers.merging([
        "last_run": .id, "last_queued_at": .time, "last_status": .choice(RunStatus.self),
      ]) { own, _ in own })
  ]
}
