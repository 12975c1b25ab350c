import Model

/// The shapes of schedules. docs/schedules.md says what their members mean.
extension APIShape {
  static let schedule = component("Schedule")
  static let slot = component("Slot")

  /// What somebody declares of a schedule.
  static let scheduleMembers: [String: APIShape] = [
    "every": APIShape(["type": "string", "examples": ["10s", "1d"]]), "align": .choice(IntervalAnchor.self),
    "cron": APIShape(["type": "string", "examples": ["30 2 * * *", "@hourly"]]),
    "at": APIShape(["type": "string", "examples": ["2026-12-24T18:00:00Z"]]),
    "zone": APIShape(["type": "string", "examples": ["Europe/Berlin"]]), "jitter": .span, "start": .time, "end": .time,
    "description": .text, "payload": .anything, "overlap": .choice(OverlapPolicy.self),
    "missed": APIShape(["type": "string", "examples": ["skip", "once", "all", "all:20"]]), "tolerance": .span,
    "disable_after": .integer(1...1000), "on_failure": .text, "on_recovery": .text,
  ]

  static let declaredSchedule = object(["name": .text], optional: scheduleMembers)

  static let scheduleComponents: [String: APIShape] = [
    "Schedule": .object(
      [
        "id": .id, "instance": .text, "serial": .integer, "hook": .text, "name": .text,
        "origin": .choice(ScheduleOrigin.self), "enabled": .flag, "words": .text, "state": state,
        "revision": .integer, "created_at": .time, "updated_at": .time,
      ],
      optional: scheduleMembers.merging(["disabled_reason": .text, "next": .slot, "problem": problem]) { own, _ in own }
    ),
    "Slot": .object(["moment": .time, "due": .time, "local": .text]),
  ]

  private static let state = object(
    ["fired": .integer, "skipped": .integer, "missed": .integer, "failures": .integer],
    optional: [
      "last_slot": .time, "last_run": .id, "last_status": .choice(RunStatus.self), "waiting": .time,
      "silent_since": .time,
    ])
}
