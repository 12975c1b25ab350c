import Model
import Store

/// A bucket, a class and a group that are not an instance's.
struct RecordPlaces: Sendable {
  let bucket: Int64
  let recordClass: Int64
  let group: Int64
}

extension StoreFixture {
  /// - Returns: rows of the bucket `shop`, its class `notes` and its group `team`.
  func places(_ bucket: String = "shop") async throws -> RecordPlaces {
    try await write { transaction in
      let bucket = try transaction.insert(.bucket, bucket, in: 0, modified: 1, data: Self.data(bucket, 1))
      let recordClass = try transaction.insert(
        .recordClass, "notes", in: bucket.row, modified: 2, data: Self.data("notes", 2))
      let group = try transaction.insert(.group, "team", in: bucket.row, modified: 3, data: Self.data("team", 3))
      return RecordPlaces(bucket: bucket.row, recordClass: recordClass.row, group: group.row)
    }
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (any RecordTransaction) throws -> Value
  ) async throws -> Value {
    try await store.records.write(bytes: 0, body)
  }

  func read<Value: Sendable>(_ body: @Sendable (any RecordSnapshot) throws -> Value) async throws -> Value {
    try await store.records.read(body)
  }

  static func data(_ name: String, _ modified: Int64, _ members: [String: JSONValue] = [:]) -> [UInt8] {
    let own: [String: JSONValue] = ["id": .string(name), "last_modified": .int(modified)]
    return JSONValue.object(members.merging(own) { _, own in own }).serializedBytes
  }

  static func remains(_ name: String, _ modified: Int64) -> [UInt8] { data(name, modified, ["deleted": true]) }
}

extension RecordTransaction {
  /// Adds a record, and says that its class has changed then.
  @discardableResult
  func add(
    _ name: String, to recordClass: Int64, at modified: Int64, _ members: [String: JSONValue] = [:],
    lists: AccessLists = [:]
  ) throws -> StoredObject {
    let record = try insert(
      .record, name, in: recordClass, modified: modified, data: StoreFixture.data(name, modified, members))
    try setTimestamp(of: .record, in: recordClass, to: modified)
    if !lists.isEmpty { try setAccessLists(of: record.row, to: lists) }
    return record
  }
}

extension RecordSnapshot {
  /// The names in a list as it is answered.
  func names(_ query: ObjectQuery, limit: Int = 10_000) throws -> [String] {
    try list(query, limit: limit).objects.map(\.name)
  }
}
