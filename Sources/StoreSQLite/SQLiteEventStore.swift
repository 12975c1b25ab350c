import GRDB
import Model
import Store

struct SQLiteEventStore: EventStore {
  let connection: StoreConnection

  func append(_ event: Event) async throws -> Event {
    try await connection.write { database in try database.append(event) }
  }

  func list(instance: ID<Instance>, after: Int64, limit: Int) async throws -> [Event] {
    try Problem.validateLimit(limit)
    return try await connection.read { database in
      try database.rows(
        """
        SELECT sequence, time, kind, subject, actor, data FROM events WHERE instance = ? AND sequence > ?
        ORDER BY sequence LIMIT ?
        """, [instance.text, after, limit]
      ) { columns in
        Event(
          sequence: try columns.next(), instance: instance, time: try columns.time(), kind: try columns.next(),
          subject: try columns.optional(), actor: try columns.next(), data: try columns.json())
      }
    }
  }
}

extension Database {
  /// Adds an event to its instance's feed, in the transaction of what it tells about.
  func append(_ event: Event) throws -> Event {
    var event = event
    event.sequence = try nextSerial(of: "event", in: event.instance.text)
    try run(
      "INSERT INTO events (instance, sequence, time, kind, subject, actor, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        event.instance.text, event.sequence, event.time.microseconds, event.kind, event.subject, event.actor,
        event.data.serialized,
      ])
    return event
  }
}
