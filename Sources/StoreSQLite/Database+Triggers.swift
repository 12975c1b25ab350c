import GRDB
import Model
import Store

/// What several parts do with triggers, in their transactions.
extension Database {
  func trigger(_ id: ID<Trigger>) throws -> Trigger? {
    try rows("SELECT \(Trigger.columns) FROM \(Trigger.tables) WHERE t.id = ?", [id.text]) { try Trigger(&$0) }.first
  }

  func trigger(hook: ID<Hook>, name: String) throws -> Trigger? {
    try rows("SELECT \(Trigger.columns) FROM \(Trigger.tables) WHERE t.hook = ? AND t.name = ?", [hook.text, name]) {
      try Trigger(&$0)
    }.first
  }

  /// Inserts a trigger, with its event.
  ///
  /// - Parameter most: how many the instance may have.
  /// - Returns: the trigger with its serial number and its definition as it is read back.
  /// - Throws: `Problem` `tooMany`.
  func insert(
    _ trigger: Trigger, most: Int, by actor: String, at time: Timestamp, field: String? = nil
  ) throws -> Trigger {
    let count: Int? = try value("SELECT COUNT(*) FROM triggers WHERE instance = ?", [trigger.instance.text])
    guard count ?? 0 < most else {
      throw Problem(
        .tooMany, "the instance has \(most) triggers, which is the most", field: field,
        hint: "remove some that nobody needs")
    }
    var trigger = trigger
    trigger.serial = try nextSerial(of: "trigger", in: trigger.instance.text)
    trigger.definition = try trigger.definition.asStored
    try run(
      """
      INSERT INTO triggers (
        id, instance, serial, hook, name, origin, definition, is_enabled, revision, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        trigger.id.text, trigger.instance.text, trigger.serial, trigger.hook.text, trigger.name,
        trigger.origin.rawValue, trigger.definition.stored, trigger.isEnabled, trigger.revision,
        trigger.createdAt.microseconds, trigger.updatedAt.microseconds,
      ])
    try append("trigger.created", to: trigger, by: actor, at: time)
    return trigger
  }

  /// Writes what a change has made of a trigger whose row has the revision before.
  ///
  /// - Returns: the trigger with its new revision.
  func rewrite(_ trigger: Trigger, at time: Timestamp) throws -> Trigger {
    var trigger = trigger
    trigger.revision += 1
    trigger.updatedAt = time
    try run(
      "UPDATE triggers SET definition = ?, is_enabled = ?, revision = ?, updated_at = ? WHERE id = ?",
      [
        trigger.definition.stored, trigger.isEnabled, trigger.revision, time.microseconds, trigger.id.text,
      ])
    return trigger
  }

  /// Records what became of a trigger, under the names that it and its hook have.
  func append(_ kind: String, to trigger: Trigger, by actor: String, at time: Timestamp) throws {
    _ = try append(
      Event(
        instance: trigger.instance, time: time, kind: kind, subject: trigger.id.text, actor: actor,
        data: ["hook": .string(trigger.hookName), "name": .string(trigger.name)]))
  }
}
