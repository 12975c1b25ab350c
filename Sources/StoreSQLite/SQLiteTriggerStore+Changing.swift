import GRDB
import Model
import Store

extension SQLiteTriggerStore {
  func add(_ trigger: Trigger, most: Int, by actor: String, at time: Timestamp) async throws -> Trigger {
    try Name.validate(trigger.name, field: "name")
    var trigger = trigger
    trigger.origin = .api
    return try await connection.changeTriggers { [trigger] database in
      try Self.add(trigger, most: most, by: actor, at: time, in: database)
    }
  }

  static func add(
    _ trigger: Trigger, most: Int, by actor: String, at time: Timestamp, in database: Database
  ) throws -> Trigger {
    let hookName: String? = try database.value(
      """
      SELECT h.name FROM hooks h JOIN instances i ON i.id = h.instance
      WHERE h.id = ? AND h.instance = ? AND h.removed_at IS NULL AND i.removed_at IS NULL
      """, [trigger.hook.text, trigger.instance.text])
    guard let hookName else { throw Problem(.notFound, "there is no such hook", field: "hook") }
    guard try database.trigger(hook: trigger.hook, name: trigger.name) == nil else {
      throw Problem(.conflict, "the hook \(hookName) has a trigger named \(trigger.name) already", field: "name")
    }
    var trigger = trigger
    trigger.hookName = hookName
    return try database.insert(trigger, most: most, by: actor, at: time)
  }

  func update(
    _ id: ID<Trigger>, definition: TriggerDefinition?, isEnabled: Bool?, expected: Int64?, by actor: String,
    at time: Timestamp
  ) async throws -> Trigger {
    try await connection.changeTriggers { database in
      guard let trigger = try database.trigger(id) else { throw Problem(.notFound, "there is no such trigger") }
      guard expected ?? trigger.revision == trigger.revision else {
        throw Problem(
          .conflict, "the trigger has been changed meanwhile", field: "expected_revision",
          rule: "revision \(trigger.revision)")
      }
      return try Self.change(
        trigger, definition: definition, isEnabled: isEnabled, by: actor, at: time, in: database)
    }
  }

  /// Makes of a trigger that was read in this transaction what somebody wants, as `update` does.
  static func change(
    _ trigger: Trigger, definition: TriggerDefinition?, isEnabled: Bool?, by actor: String, at time: Timestamp,
    in database: Database
  ) throws -> Trigger {
    var trigger = trigger
    guard definition == nil || trigger.origin == .api else { throw Self.isOfManifest(trigger) }
    var kinds: [String] = []
    if let definition = try definition?.asStored, definition != trigger.definition {
      trigger.definition = definition
      kinds.append("trigger.updated")
    }
    if let isEnabled, isEnabled != trigger.isEnabled {
      trigger.isEnabled = isEnabled
      kinds.append(isEnabled ? "trigger.enabled" : "trigger.disabled")
    }
    guard !kinds.isEmpty else { return trigger }
    trigger = try database.rewrite(trigger, at: time)
    for kind in kinds { try database.append(kind, to: trigger, by: actor, at: time) }
    return trigger
  }

  func remove(_ id: ID<Trigger>, by actor: String, at time: Timestamp) async throws -> Bool {
    try await connection.changeTriggers { database in
      guard let trigger = try database.trigger(id) else { return false }
      guard trigger.origin == .api else { throw Self.isOfManifest(trigger) }
      try database.run("DELETE FROM triggers WHERE id = ?", [id.text])
      try database.append("trigger.removed", to: trigger, by: actor, at: time)
      return true
    }
  }

  private static func isOfManifest(_ trigger: Trigger) -> Problem {
    Problem(
      .conflict, "the trigger \(trigger.name) is declared by the hook \(trigger.hookName)",
      rule: "what a hook declares comes and goes with its version",
      hint: "change the triggers of its hook.yaml, or disable this one")
  }
}
