import Model

/// What relations mean, as simple as can be: records by their classes, and pairs of them.
struct RelationModel {
  struct Record: Hashable, Comparable, CustomStringConvertible {
    var recordClass: String
    var id: String

    var description: String { "\(recordClass)/\(id)" }

    static func < (one: Record, other: Record) -> Bool { (one.recordClass, one.id) < (other.recordClass, other.id) }
  }

  struct Side {
    var recordClass: String
    var field: String?
    var isMany: Bool
    /// What becomes of a record of this side when the other end is deleted.
    var deletion = "unlink"
  }

  struct Kind {
    var first: Side
    var second: Side
    /// Whether both sides are one field.
    var isSymmetric = false
  }

  struct Pair: Hashable {
    var first: Record
    var second: Record
  }

  /// A field with its relation and the side that it shows.
  struct Field {
    var name: String
    var kind: Int
    var isFirst: Bool
    var isMany: Bool
    var target: String
  }

  let kinds: [Kind]
  var records: Set<Record> = []
  private var pairs: [Set<Pair>]

  init(_ kinds: [Kind]) {
    self.kinds = kinds
    pairs = kinds.map { _ in [] }
  }

  func fields(of recordClass: String) -> [Field] {
    kinds.enumerated().flatMap { index, kind -> [Field] in
      var fields: [Field] = []
      if kind.first.recordClass == recordClass, let name = kind.first.field {
        fields.append(
          Field(name: name, kind: index, isFirst: true, isMany: kind.first.isMany, target: kind.second.recordClass))
      }
      if !kind.isSymmetric, kind.second.recordClass == recordClass, let name = kind.second.field {
        fields.append(
          Field(name: name, kind: index, isFirst: false, isMany: kind.second.isMany, target: kind.first.recordClass))
      }
      return fields
    }
  }

  /// What a field of a record shows.
  func targets(of record: Record, _ field: Field) -> [String] {
    pairs[field.kind].compactMap { pair in
      if field.isFirst { return pair.first == record ? pair.second.id : nil }
      return pair.second == record ? pair.first.id : nil
    }.sorted()
  }

  /// All that a record shows.
  func view(_ record: Record) -> JSONValue {
    var members: [String: JSONValue] = ["id": .string(record.id)]
    for field in fields(of: record.recordClass) {
      let ids = targets(of: record, field).map { JSONValue.string($0) }
      members[field.name] = field.isMany ? .array(ids) : ids.first
    }
    return .object(members)
  }

  mutating func set(_ record: Record, _ field: Field, to ids: [String]) {
    remove(record, field)
    let kind = kinds[field.kind]
    let others = field.isFirst ? kind.second : kind.first
    for id in ids {
      let other = Record(recordClass: field.target, id: id)
      if !others.isMany {
        remove(
          other,
          Field(name: "", kind: field.kind, isFirst: kind.isSymmetric || !field.isFirst, isMany: false, target: ""))
      }
      let pair = field.isFirst ? Pair(first: record, second: other) : Pair(first: other, second: record)
      pairs[field.kind].insert(pair)
      if kind.isSymmetric { pairs[field.kind].insert(Pair(first: pair.second, second: pair.first)) }
    }
  }

  /// Takes all links of one side of a record away.
  private mutating func remove(_ record: Record, _ field: Field) {
    let gone = pairs[field.kind].filter { (field.isFirst ? $0.first : $0.second) == record }
    for pair in gone {
      pairs[field.kind].remove(pair)
      if kinds[field.kind].isSymmetric { pairs[field.kind].remove(Pair(first: pair.second, second: pair.first)) }
    }
  }

  /// - Returns: whether that is admitted.
  mutating func delete(_ record: Record) -> Bool {
    var doomed: Set<Record> = []
    var open = [record]
    var restricted: Set<Record> = []
    while let next = open.popLast() {
      guard doomed.insert(next).inserted else { continue }
      for (index, kind) in kinds.enumerated() {
        for pair in pairs[index] {
          if pair.second == next, kind.first.field != nil {
            if kind.first.deletion == "cascade" { open.append(pair.first) }
            if kind.first.deletion == "restrict" { restricted.insert(pair.first) }
          }
          if !kind.isSymmetric, pair.first == next, kind.second.field != nil {
            if kind.second.deletion == "cascade" { open.append(pair.second) }
            if kind.second.deletion == "restrict" { restricted.insert(pair.second) }
          }
        }
      }
    }
    guard restricted.isSubset(of: doomed) else { return false }
    records.subtract(doomed)
    for index in pairs.indices {
      pairs[index] = pairs[index].filter { !doomed.contains($0.first) && !doomed.contains($0.second) }
    }
    return true
  }
}
