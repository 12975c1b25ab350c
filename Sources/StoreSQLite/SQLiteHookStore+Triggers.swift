import GRDB
import Model
import Store

/// The triggers of a hook come, change and go with it, in the transactions that change it.
extension SQLiteHookStore {
  /// Makes the triggers that a hook's version declares those that it has from there. One of the same name and definition
  /// stays what it was; one that somebody has disabled stays so.
  func syncTriggers(of hook: Hook, by actor: String, at time: Timestamp, in database: Database) throws {
    let declared = hook.version.definition.triggers
    let present = try database.rows(
      "SELECT \(Trigger.columns) FROM \(Trigger.tables) WHERE t.hook = ? AND t.origin = 'manifest'", [hook.id.text]
    ) { try Trigger(&$0) }
    let names = Set(declared.map(\.name))
    for trigger in present where !names.contains(trigger.name) {
      try database.run("DELETE FROM triggers WHERE id = ?", [trigger.id.text])
      try database.append("trigger.removed", to: trigger, by: actor, at: time)
    }
    for each in declared {
      guard var trigger = present.first(where: { $0.name == each.name }) else {
        try insert(each, to: hook, by: actor, at: time, in: database)
        continue
      }
      let definition = try each.definition.asStored
      guard definition != trigger.definition else { continue }
      trigger.definition = definition
      trigger = try database.rewrite(trigger, at: time)
      try database.append("trigger.updated", to: trigger, by: actor, at: time)
    }
  }

  private func insert(
    _ declared: DeclaredTrigger, to hook: Hook, by actor: String, at time: Timestamp, in database: Database
  ) throws {
    guard try database.trigger(hook: hook.id, name: declared.name) == nil else {
      throw Problem(
        .conflict, "the hook \(hook.name) has a trigger named \(declared.name) that somebody made beside it",
        field: "triggers", hint: "remove that, or give this another name")
    }
    _ = try database.insert(
      Trigger(
        id: ID(at: time), instance: hook.instance, hook: hook.id, hookName: hook.name, name: declared.name,
        origin: .manifest, definition: declared.definition, isEnabled: declared.isEnabled, createdAt: time,
        updatedAt: time), most: Trigger.mostOfInstance, by: actor, at: time, field: "triggers")
  }
}
