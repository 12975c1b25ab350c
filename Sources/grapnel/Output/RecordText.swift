import Model

/// Records as people read them.
enum RecordText {
  /// How much of a record a line shows.
  private static let longest = 120

  static func table(_ records: [JSONValue], _ console: Console, now: Timestamp) -> String {
    var table = Table("ID", "CHANGED", "RECORD")
    for record in records { table.append(.init(id(record)), .init(age(record, now)), .init(excerpt(record))) }
    return table.text(console, empty: "no records")
  }

  /// A change on one line.
  static func line(_ record: JSONValue) -> String {
    let moment = record["last_modified"]?.intValue.map { Measure.moment(Timestamp(microseconds: $0 * 1000)) } ?? "-"
    let words = record["deleted"] == true ? "deleted" : excerpt(record)
    return "\(moment) " + TerminalText.escape("\(id(record)) \(words)")
  }

  static func id(_ record: JSONValue) -> String {
    record["id"].map { $0.stringValue ?? $0.serialized } ?? "-"
  }

  static func age(_ record: JSONValue, _ now: Timestamp) -> String {
    record["last_modified"]?.intValue.map { Measure.age(Timestamp(microseconds: $0 * 1000), now: now) } ?? "-"
  }

  /// Its members, without those that every record has.
  private static func excerpt(_ record: JSONValue) -> String {
    let members = (record.objectValue ?? [:]).filter { !["id", "last_modified", "schema"].contains($0.key) }
    let text = members.sorted { $0.key < $1.key }.map { name, value in
      "\(name)=\(value.stringValue ?? value.serialized)"
    }.joined(separator: " ")
    return text.count > longest ? text.prefix(longest) + "…" : text
  }
}
