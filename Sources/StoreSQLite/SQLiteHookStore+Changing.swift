import GRDB
import Model
import Store

extension SQLiteHookStore {
  func activate(
    _ id: ID<Hook>, number: Int64, expected: Int64?, by actor: String, at time: Timestamp
  ) async throws -> Hook {
    try await change { database in
      var hook = try present(id, expected: expected, in: database)
      guard hook.version.number != number else { return hook }
      guard let version = try version(id, number: number, in: database) else {
        throw Problem(.notFound, "the hook \(hook.name) has no version \(number)", field: "version")
      }
      try append(
        "hook.rolled_back", to: hook, by: actor, at: time,
        ["from": .int(hook.version.number), "version": .int(number)], in: database)
      hook.version = version
      hook.updatedAt = time
      try database.run(
        "UPDATE hooks SET active_number = ?, updated_at = ? WHERE id = ?", [number, time.microseconds, id.text])
      try syncSchedules(of: hook, by: actor, at: time, in: database)
      try syncTriggers(of: hook, by: actor, at: time, in: database)
      return hook
    }
  }

  func update(
    _ id: ID<Hook>, enabled: Bool?, name: String?, expected: Int64?, by actor: String, at time: Timestamp
  ) async throws -> Hook {
    if let name { try Name.validate(name, field: "name") }
    return try await change { database in
      var hook = try present(id, expected: expected, in: database)
      if let name, name != hook.name { hook = try rename(hook, to: name, by: actor, at: time, in: database) }
      if let enabled, enabled != hook.isEnabled {
        hook = try enable(hook, enabled, by: actor, at: time, in: database)
      }
      return hook
    }
  }

  func remove(_ id: ID<Hook>, expected: Int64?, by actor: String, at time: Timestamp) async throws -> Bool {
    try await change { database in
      guard let hook = try find(id, in: database) else { return false }
      try Problem.validateVersion(hook, expected: expected)
      try remove(hook, by: actor, at: time, in: database)
      return true
    }
  }

  // MARK: - In a transaction

  func remove(_ hook: Hook, by actor: String, at time: Timestamp, in database: Database) throws {
    try database.run("UPDATE hooks SET removed_at = ? WHERE id = ?", [time.microseconds, hook.id.text])
    for table in ["variables", "schedules", "triggers"] {
      try database.run("DELETE FROM \(table) WHERE hook = ?", [hook.id.text])
    }
    try append("hook.removed", to: hook, by: actor, at: time, in: database)
  }

  func enable(
    _ hook: Hook, _ isEnabled: Bool, by actor: String, at time: Timestamp, in database: Database
  ) throws -> Hook {
    var hook = hook
    hook.isEnabled = isEnabled
    hook.updatedAt = time
    try database.run(
      "UPDATE hooks SET is_enabled = ?, updated_at = ? WHERE id = ?", [isEnabled, time.microseconds, hook.id.text])
    try switchSchedules(of: hook, at: time, in: database)
    try append(isEnabled ? "hook.enabled" : "hook.disabled", to: hook, by: actor, at: time, in: database)
    return hook
  }

  /// Records what became of a hook, under the name that it has now.
  func append(
    _ kind: String, to hook: Hook, by actor: String, at time: Timestamp, _ data: [String: JSONValue] = [:],
    in database: Database
  ) throws {
    _ = try database.append(
      Event(
        instance: hook.instance, time: time, kind: kind, subject: hook.id.text, actor: actor,
        data: .object(data.merging(["name": .string(hook.name)]) { own, _ in own })))
  }

  private func present(_ id: ID<Hook>, expected: Int64?, in database: Database) throws -> Hook {
    guard let hook = try find(id, in: database) else { throw Problem(.notFound, "there is no such hook") }
    try Problem.validateVersion(hook, expected: expected)
    return hook
  }

  private func rename(
    _ hook: Hook, to name: String, by actor: String, at time: Timestamp, in database: Database
  ) throws -> Hook {
    guard try find(instance: hook.instance, name: name, in: database) == nil else {
      throw Problem(.conflict, "there is a hook named \(name) already", field: "name")
    }
    try database.run(
      """
      INSERT INTO former_names (hook, name, left_at) VALUES (?, ?, ?)
      ON CONFLICT (hook, name) DO UPDATE SET left_at = excluded.left_at
      """, [hook.id.text, hook.name, time.microseconds])
    try database.run(
      "UPDATE hooks SET name = ?, updated_at = ? WHERE id = ?", [name, time.microseconds, hook.id.text])
    try database.reviewSchedules(of: hook.id, at: time)
    try append(
      "hook.renamed", to: hook, by: actor, at: time, ["from": .string(hook.name), "name": .string(name)], in: database)
    guard let renamed = try find(hook.id, in: database) else {
      throw Problem(.internal, "a hook that was just renamed is not there")
    }
    return renamed
  }
}

extension Problem {
  /// - Throws: `Problem` `conflict` if another version is active than expected, 0 standing for no hook.
  static func validateVersion(_ hook: Hook?, expected: Int64?) throws {
    let active = hook?.version.number ?? 0
    guard let expected, expected != active else { return }
    throw Problem(
      .conflict, hook == nil ? "there is no such hook" : "version \(active) of the hook is active",
      field: "expected_version", rule: "version \(expected)")
  }
}
