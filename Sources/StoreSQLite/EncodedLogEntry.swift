import Foundation
import GRDB
import Model

/// A log entry with its value written out, which its caller's task does so that the writer need not.
struct EncodedLogEntry: Sendable {
  let entry: LogEntry
  let json: String?
  let data: Data?

  init(_ entry: LogEntry) {
    self.entry = entry
    switch entry.value {
    case .json(let value): (json, data) = (value.serialized, nil)
    case .bytes(let bytes): (json, data) = (nil, Data(bytes))
    }
  }

  /// About how much it holds in memory.
  var bytes: Int { 256 + (json?.utf8.count ?? 0) + (data?.count ?? 0) }
}

extension Database {
  /// - Returns: the entry with its sequence number.
  func append(_ row: EncodedLogEntry) throws -> LogEntry {
    var entry = row.entry
    try run(
      """
      INSERT INTO logs (instance, hook, hook_name, run, time, level, stream, json, bytes, client_address)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        entry.instance.text, entry.hook?.text, entry.hookName, entry.run?.text, entry.time.microseconds,
        entry.level.rawValue, entry.stream.rawValue, row.json, row.data, entry.clientAddress,
      ])
    entry.sequence = lastInsertedRowID
    return entry
  }
}
