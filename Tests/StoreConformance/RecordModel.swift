import Model
import Store

/// What lists have to answer, worked out on values in memory.
struct RecordModel {
  struct Record {
    let name: String
    let modified: Int64
    let data: JSONValue
    let isDeleted: Bool
    let isShared: Bool
  }

  var records: [Record] = []

  /// The records that a query finds, in its order and whatever `after` says.
  func found(_ query: ObjectQuery) -> [Record] {
    records.filter { record in
      (query.visibility == .all || record.isShared) && (query.includesDeleted || !record.isDeleted)
        && query.filters.allSatisfy { Self.passes(record, $0) }
    }.sorted { first, second in
      for order in query.order {
        let (one, other) = (Self.value(order.field, of: first), Self.value(order.field, of: second))
        if order.putsNullLast, case .member = order.field {
          let (oneIsNull, otherIsNull) = (one == nil || one == .null, other == nil || other == .null)
          if oneIsNull, otherIsNull { continue }
          if oneIsNull != otherIsNull { return otherIsNull }
        }
        if Self.precedes(one, other) { return !order.isDescending }
        if Self.precedes(other, one) { return order.isDescending }
      }
      let isAscending = first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
      return isAscending != (query.order.last?.isDescending ?? false)
    }
  }

  static func value(_ field: FieldReference, of record: Record) -> JSONValue? {
    switch field {
    case .id: .string(record.name)
    case .modified: .int(record.modified)
    case .deleted: record.isDeleted ? true : nil
    case .member(let path):
      find(path.split(separator: ".", omittingEmptySubsequences: false).map(String.init), in: record.data)
    }
  }

  private static func find(_ parts: [String], in value: JSONValue) -> JSONValue? {
    guard let members = value.objectValue else { return nil }
    for count in (1...parts.count).reversed() {
      guard let found = members[parts[..<count].joined(separator: ".")] else { continue }
      return count == parts.count ? found : find(Array(parts[count...]), in: found)
    }
    return nil
  }

  private static func passes(_ record: Record, _ filter: FieldFilter) -> Bool {
    let value = value(filter.field, of: record)
    let equals = { (other: JSONValue) in value.map { plain($0) == plain(other) } ?? false }
    switch filter.test {
    case .equal(let other): return equals(other)
    case .notEqual(let other): return !equals(other)
    case .less(let other): return precedes(value, other)
    case .atMost(let other): return !precedes(other, value)
    case .greater(let other): return precedes(other, value)
    case .atLeast(let other): return !precedes(value, other)
    case .among(let others): return others.contains(where: equals)
    case .notAmong(let others): return !others.contains(where: equals)
    case .exists(let isThere): return (value != nil) == isThere
    case .isNull(let isNull): return (value == nil || value == .null) == isNull
    case .like(let pattern):
      guard let value, value != .null else { return false }
      let parts = pattern.lowercased().split(separator: "*", omittingEmptySubsequences: false).map { Array($0.utf8) }
      let text = Array((value.stringValue ?? value.serialized).lowercased().utf8)
      return parts.count == 1 ? isLike(text, [[], parts[0], []]) : isLike(text, parts)
    case .contains(let others):
      guard let elements = value?.arrayValue?.map(plain) else { return false }
      return others.allSatisfy { elements.contains(plain($0)) }
    case .containsAny(let others):
      guard let elements = value?.arrayValue?.map(plain) else { return false }
      return others.contains { elements.contains(plain($0)) }
    }
  }

  /// Whether the text is these parts with anything between them.
  private static func isLike(_ text: [UInt8], _ parts: [[UInt8]]) -> Bool {
    guard text.starts(with: parts[0]) else { return false }
    let rest = Array(text.dropFirst(parts[0].count))
    guard parts.count > 1 else { return rest.isEmpty }
    return (0...rest.count).contains { isLike(Array(rest[$0...]), Array(parts.dropFirst())) }
  }

  private static func rank(_ value: JSONValue?) -> Int {
    switch value {
    case .null: 0
    case .string: 1
    case .int, .double: 2
    case .bool(false): 3
    case .bool(true): 4
    case .array: 5
    case .object: 6
    case nil: 7
    }
  }

  static func precedes(_ first: JSONValue?, _ second: JSONValue?) -> Bool {
    guard rank(first) == rank(second), let first, let second else { return rank(first) < rank(second) }
    switch (plain(first), plain(second)) {
    case (.string(let one), .string(let other)): return one.utf8.lexicographicallyPrecedes(other.utf8)
    case (.int(let one), .int(let other)): return one < other
    case (.int(let one), .double(let other)): return isLess(one, other)
    case (.double(let one), .int(let other)): return !isLess(other, one)
    case (.double(let one), .double(let other)): return one < other
    case (.array, .array), (.object, .object):
      return plain(first).serialized.utf8.lexicographicallyPrecedes(plain(second).serialized.utf8)
    default: return false
    }
  }

  /// - Parameter other: what is no whole number of 64 bits.
  private static func isLess(_ one: Int64, _ other: Double) -> Bool {
    guard abs(other) < 0x1p63 else { return other > 0 }
    return one <= Int64(other.rounded(.down))
  }

  /// The value with whole numbers for all that are whole, so that equal values are one.
  static func plain(_ value: JSONValue) -> JSONValue {
    switch value {
    case .double(let number): Int64(exactly: number).map(JSONValue.int) ?? value
    case .array(let elements): .array(elements.map(plain))
    case .object(let members): .object(members.mapValues(plain))
    default: value
    }
  }
}
