import GRDB
import Model
import Store

struct SQLiteEventStore: EventStore {
  let connection: StoreConnection

  func append(_ event: Event) async throws -> Event {
    try await connection.write { database in try database.append(event) }
  }

  func list(_ filter: EventFilter, limit: Int) async throws -> [Event] {
    try Problem.validateLimit(limit)
    var conditions = ["scope = ?"]
    var arguments: [(any DatabaseValueConvertible & Sendable)?] = [filter.instance?.text ?? ""]
    if let kind = filter.kind {
      // The length of `kind.` and no pattern, so that no character of it means anything else.
      conditions.append("(kind = ? OR substr(kind, 1, ?) = ?)")
      arguments += [kind, kind.unicodeScalars.count + 1, kind + "."]
    }
    if let after = filter.after {
      conditions.append("sequence > ?")
      arguments.append(after)
    }
    let sql = """
      SELECT sequence, time, kind, subject, actor, data FROM events
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY sequence \(filter.newest ? "DESC" : "ASC") LIMIT ?
      """
    let events = try await connection.read { [arguments] database in
      try database.rows(sql, arguments + [limit]) { columns in
        Event(
          sequence: try columns.next(), instance: filter.instance, time: try columns.time(), kind: try columns.next(),
          subject: try columns.optional(), actor: try columns.next(), data: try columns.json())
      }
    }
    return filter.newest ? events.reversed() : events
  }

  func arrivals() -> AsyncStream<Void> { connection.eventArrivals.follow() }

  func prune(instance: ID<Instance>?, before time: Timestamp?, count: Int64?, limit: Int) async throws -> Int {
    try Problem.validateLimit(limit, most: 10_000)
    let scope = instance?.text ?? ""
    return try await connection.write { database in
      // Sequence numbers have no gaps but at the old end: what is `count` behind the newest is beyond the count.
      let newest: Int64? = try database.value("SELECT MAX(sequence) FROM events WHERE scope = ?", [scope])
      guard let newest else { return 0 }
      let beyond = count.map { newest - $0 } ?? 0
      return try database.run(
        """
        DELETE FROM events WHERE scope = ?1 AND sequence IN (
          SELECT sequence FROM events WHERE scope = ?1 AND (sequence <= ?2 OR time < ?3)
          ORDER BY sequence LIMIT ?4)
        """, [scope, beyond, time?.microseconds ?? Int64.min, limit])
    }
  }
}

extension Database {
  /// Adds an event to its feed, in the transaction of what it tells about.
  func append(_ event: Event) throws -> Event {
    var event = event
    let scope = event.instance?.text ?? ""
    event.sequence = try nextSerial(of: "event", in: scope)
    try run(
      "INSERT INTO events (scope, sequence, instance, time, kind, subject, actor, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      [
        scope, event.sequence, event.instance?.text, event.time.microseconds, event.kind, event.subject, event.actor,
        event.data.serialized,
      ])
    return event
  }
}
