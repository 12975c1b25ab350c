import Foundation
import GRDB
import Model
import Store

/// The buckets of instances follow them: both are changed in one transaction.
extension Database {
  /// Makes the bucket of a new instance.
  ///
  /// - Throws: `Problem` `conflict` with field `name` if there is a bucket of that name.
  func makeBucket(of instance: ID<Instance>, named name: String, at time: Timestamp) throws {
    try requireNoBucket(name)
    let modified = try nextBucketTime(at: time)
    let data: JSONValue = ["id": .string(name), "last_modified": .int(modified)]
    let bucket = try insert(
      StoredObject(row: 0, kind: .bucket, parent: 0, name: name, modified: modified, data: data.serializedBytes),
      most: .max)
    try run("INSERT INTO bucket_instances (bucket, instance) VALUES (?, ?)", [bucket.row, instance.text])
  }

  /// Gives the bucket of an instance that instance's new name, and its groups their new addresses.
  func renameBucket(of instance: ID<Instance>, to name: String, at time: Timestamp) throws {
    guard let bucket = try self.bucket(of: instance) else { return }
    try requireNoBucket(name)
    let forgotten = try run(
      "DELETE FROM objects WHERE parent = 0 AND kind = ? AND name = ?", [DataKind.bucket.rawValue, name])
    try run(
      "UPDATE object_lists SET dead = dead - ? WHERE parent = 0 AND kind = ?", [forgotten, DataKind.bucket.rawValue])
    let (start, end) = (GroupAddress.range(of: bucket.name), GroupAddress.range(of: name))
    // Rights that were given to groups of such a bucket before there was one are not meant for these.
    try killGroups(of: name)
    try run(
      "UPDATE principals SET name = ? || SUBSTR(name, ?) WHERE name >= ? AND name < ?",
      [end.lowerBound, start.lowerBound.unicodeScalars.count + 1, start.lowerBound, start.upperBound])
    let modified = try nextBucketTime(at: time)
    try run(
      """
      UPDATE objects SET name = ?1, modified = ?2, data = json_set(data, '$.id', ?1, '$.last_modified', ?2)
      WHERE row = ?3
      """, [name, modified, bucket.row])
    // Whoever follows the list learns that there is none of the former name.
    var rest = bucket
    (rest.modified, rest.isDeleted) = (try nextBucketTime(at: time), true)
    rest.data = Self.remains(of: bucket.name, at: rest.modified)
    _ = try insert(rest, most: .max)
  }

  /// Deletes the bucket of an instance that is removed.
  func removeBucket(of instance: ID<Instance>, at time: Timestamp) throws {
    guard let bucket = try self.bucket(of: instance) else { return }
    try run("DELETE FROM bucket_instances WHERE instance = ?", [instance.text])
    let modified = try nextBucketTime(at: time)
    _ = try delete(bucket, modified: modified, data: Self.remains(of: bucket.name, at: modified))
  }

  private func bucket(of instance: ID<Instance>) throws -> StoredObject? {
    let row: Int64? = try value("SELECT bucket FROM bucket_instances WHERE instance = ?", [instance.text])
    return try row.flatMap(liveObject)
  }

  private func requireNoBucket(_ name: String) throws {
    let taken: Int? = try value(
      "SELECT 1 FROM objects WHERE parent = 0 AND kind = ? AND name = ? AND is_deleted = 0",
      [DataKind.bucket.rawValue, name])
    guard taken == nil else {
      throw Problem(
        .conflict, "there is a bucket named \(name) already, and an instance's bucket has its name", field: "name",
        hint: "take another name, or delete that bucket")
    }
  }

  /// The moment of the next change of the list of buckets, which is the list's from now on.
  private func nextBucketTime(at time: Timestamp) throws -> Int64 {
    let list: [(any DatabaseValueConvertible)?] = [0, DataKind.bucket.rawValue]
    let last: Int64? = try value("SELECT modified FROM object_lists WHERE parent = ? AND kind = ?", list)
    let modified = max(time.microseconds / 1000, (last ?? 0) + 1)
    try run(
      """
      INSERT INTO object_lists (parent, kind, modified) VALUES (?1, ?2, ?3)
      ON CONFLICT DO UPDATE SET modified = ?3
      """, list + [modified])
    return modified
  }

  private static func remains(of name: String, at modified: Int64) -> [UInt8] {
    let data: JSONValue = ["id": .string(name), "last_modified": .int(modified), "deleted": true]
    return data.serializedBytes
  }
}
