import GRDB
import Model
import Store

struct SQLiteTriggerStore: TriggerStore {
  let connection: StoreConnection
  let hooks: SQLiteHookStore

  func find(_ id: ID<Trigger>) async throws -> Trigger? {
    try await connection.read { database in try database.trigger(id) }
  }

  func find(hook: ID<Hook>, name: String) async throws -> Trigger? {
    try await connection.read { database in try database.trigger(hook: hook, name: name) }
  }

  func list(_ filter: TriggerFilter, after: Int64, limit: Int) async throws -> [Trigger] {
    try Problem.validateLimit(limit)
    var conditions = ["t.instance = ?", "t.serial > ?"]
    var arguments: [(any DatabaseValueConvertible & Sendable)?] = [filter.instance.text, after]
    if let hook = filter.hook {
      conditions.append("t.hook = ?")
      arguments.append(hook.text)
    }
    if let isEnabled = filter.isEnabled {
      conditions.append("t.is_enabled = ?")
      arguments.append(isEnabled)
    }
    let sql = """
      SELECT \(Trigger.columns) FROM \(Trigger.tables)
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY t.serial LIMIT ?
      """
    return try await connection.read { [arguments] database in
      try database.rows(sql, arguments + [limit]) { try Trigger(&$0) }
    }
  }

  func write<Value: Sendable>(
    bytes: Int, _ body: @escaping @Sendable (any TriggerTransaction) throws -> Value
  ) async throws -> Value {
    let (value, actions) = try await connection.write(bytes: bytes) { [hooks] database in
      let transaction = SQLiteTriggerTransaction(database, hooks: hooks)
      let value = try body(transaction)
      return (value, transaction.actions)
    }
    for action in actions { action() }
    return value
  }
}
