import GRDB
import Model
import Store

extension SQLiteHookStore {
  func importDefinitions(
    _ definitions: DefinitionImport, at time: Timestamp
  ) async throws -> [(hook: Hook, changed: Bool)] {
    for variable in definitions.variables { try SQLiteVariableStore.validateName(variable.name) }
    for schedule in definitions.schedules { try Name.validate(schedule.name, field: "name") }
    for trigger in definitions.triggers { try Name.validate(trigger.name, field: "name") }
    let written = try await write(definitions.deployments)
    let schedules = try definitions.schedules.map {
      try (schedule: $0, definition: EncodedScheduleDefinition($0.definition))
    }
    let bytes =
      definitions.variables.reduce(0) { $0 + 256 + $1.value.serializedBytes.count }
      + schedules.reduce(0) { $0 + 512 + $1.definition.bytes }
    defer { variables.forget() }
    return try await change(bytes: bytes) { database in
      let outcomes = try deploy(written, at: time, in: database)
      for variable in definitions.variables { try set(variable, of: definitions, at: time, in: database) }
      for (schedule, definition) in schedules {
        try set(schedule, definition, of: definitions, at: time, in: database)
      }
      for trigger in definitions.triggers { try set(trigger, of: definitions, at: time, in: database) }
      _ = try database.append(
        Event(
          instance: definitions.instance, time: time, kind: "instance.imported", subject: definitions.instance.text,
          actor: definitions.actor,
          data: [
            "hooks": .int(Int64(outcomes.count { $0.changed })),
            "variables": .int(Int64(definitions.variables.count)),
            "schedules": .int(Int64(definitions.schedules.count)),
            "triggers": .int(Int64(definitions.triggers.count)),
          ]))
      return outcomes
    }
  }

  private func set(
    _ value: DefinitionImport.Value, of definitions: DefinitionImport, at time: Timestamp, in database: Database
  ) throws {
    var hook: Hook?
    if let name = value.hookName {
      hook = try find(instance: definitions.instance, name: name, in: database)
      guard hook != nil else { throw Problem(.notFound, "there is no hook \(name)", field: "hook") }
    }
    // What is in the clear never takes the place of a secret, however the two meet.
    let isSecret = try variables.isSealed(
      instance: definitions.instance, hook: hook?.id, kind: value.kind, name: value.name, in: database)
    guard !isSecret else {
      throw Problem(.conflict, "\(value.name) is a secret here", field: "name", hint: "remove it first")
    }
    try variables.write(
      Variable(
        instance: definitions.instance, hook: hook?.id, kind: value.kind, name: value.name, value: .plain(value.value),
        updatedAt: time), by: definitions.actor, in: database)
  }

  private func set(
    _ imported: DefinitionImport.Schedule, _ definition: EncodedScheduleDefinition, of definitions: DefinitionImport,
    at time: Timestamp, in database: Database
  ) throws {
    guard let hook = try find(instance: definitions.instance, name: imported.hookName, in: database) else {
      throw Problem(.notFound, "there is no hook \(imported.hookName)", field: "hook")
    }
    let present = try database.rows(
      "SELECT \(Schedule.columns) FROM \(Schedule.tables) WHERE s.hook = ? AND s.name = ?",
      [hook.id.text, imported.name]
    ) { try Schedule(&$0) }.first
    if let present {
      _ = try SQLiteScheduleStore.change(
        present, definition: definition, isEnabled: imported.isEnabled, by: definitions.actor, at: time, in: database)
    } else {
      let schedule = Schedule(
        id: ID(at: time), instance: definitions.instance, hook: hook.id, hookName: hook.name, name: imported.name,
        definition: imported.definition, isEnabled: imported.isEnabled, createdAt: time, updatedAt: time,
        state: ScheduleState(decidedThrough: time, due: time))
      _ = try SQLiteScheduleStore.add(
        try EncodedSchedule(schedule), of: schedule, most: Schedule.mostOfInstance, by: definitions.actor, at: time,
        in: database)
    }
  }

  private func set(
    _ imported: DefinitionImport.Trigger, of definitions: DefinitionImport, at time: Timestamp, in database: Database
  ) throws {
    guard let hook = try find(instance: definitions.instance, name: imported.hookName, in: database) else {
      throw Problem(.notFound, "there is no hook \(imported.hookName)", field: "hook")
    }
    if let present = try database.trigger(hook: hook.id, name: imported.name) {
      _ = try SQLiteTriggerStore.change(
        present, definition: imported.definition, isEnabled: imported.isEnabled, by: definitions.actor, at: time,
        in: database)
    } else {
      _ = try SQLiteTriggerStore.add(
        Trigger(
          id: ID(at: time), instance: definitions.instance, hook: hook.id, hookName: hook.name, name: imported.name,
          definition: imported.definition, isEnabled: imported.isEnabled, createdAt: time, updatedAt: time),
        most: Trigger.mostOfInstance, by: definitions.actor, at: time, in: database)
    }
  }
}
