import Model
import Schema
import Store
import Synchronization

/// The compiled schemas of the buckets and classes that were asked for last.
final class SchemaShelf: Sendable {
  /// Which member of a bucket's data is the schema of what lies in it.
  static let ofBucket: [DataKind: String] = [
    .record: "record:schema", .recordClass: "collection:schema", .group: "group:schema",
  ]
  static let entriesMax = 1024
  /// How much data of objects is kept, in bytes; what is compiled of it is a small multiple.
  static let bytesMax = 8 << 20

  private struct Shelf {
    var entries: [Int64: (data: [UInt8], rules: ObjectSchemas)] = [:]
    var bytes = 0
  }

  private let shelf = Mutex(Shelf())

  /// The schemas that a bucket or a class has.
  func rules(of object: StoredObject) throws -> ObjectSchemas {
    // By the whole data, not by when it was changed: a change that is not made in the end may look like one that is.
    let known = shelf.withLock { $0.entries[object.row] }
    if let known, known.data == object.data { return known.rules }
    let rules = try ObjectSchemas(object)
    shelf.withLock { shelf in
      if shelf.entries.count >= Self.entriesMax || shelf.bytes + object.data.count > Self.bytesMax { shelf = Shelf() }
      let former = shelf.entries.updateValue((object.data, rules), forKey: object.row)
      shelf.bytes += object.data.count - (former?.data.count ?? 0)
    }
    return rules
  }
}
