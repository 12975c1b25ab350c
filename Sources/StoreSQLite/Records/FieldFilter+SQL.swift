import Foundation
import Model
import Store

extension FieldFilter {
  /// The filter as a condition on `objects` as `o`.
  var condition: SQLPart {
    switch field {
    case .id: condition(onText: "o.name")
    case .modified: condition(onNumber: "o.modified")
    case .deleted:
      condition(onKey: field.key, missingIs: "o.is_deleted = 0") { pattern in
        SQLPart(LikePattern(pattern).matches("true".utf8) ? "o.is_deleted = 1" : "0")
      } contains: { _, _ in
        .truth(false)
      }
    case .member(let path):
      condition(onKey: field.key, missingIs: nil) { pattern in
        SQLPart("field_like(o.row, o.data, ?, ?)", [path, pattern])
      } contains: { elements, isAny in
        SQLPart(
          "field_contains\(isAny ? "_any" : "")(o.row, o.data, ?, ?)", [path, JSONValue.array(elements).serialized])
      }
    }
  }

  private func condition(
    onKey key: SQLPart, missingIs: String?, like: (String) -> SQLPart, contains: ([JSONValue], Bool) -> SQLPart
  ) -> SQLPart {
    let compare = { (sign: String, value: JSONValue) in key + SQLPart(" \(sign) ?", [Data(SortKey(value).bytes)]) }
    switch test {
    case .equal(let value): return compare("=", value)
    case .notEqual(let value): return compare("<>", value)
    case .less(let value): return compare("<", value)
    case .atMost(let value): return compare("<=", value)
    case .greater(let value): return compare(">", value)
    case .atLeast(let value): return compare(">=", value)
    case .among(let values): return key + Self.list("IN", values.map { Data(SortKey($0).bytes) })
    case .notAmong(let values): return key + Self.list("NOT IN", values.map { Data(SortKey($0).bytes) })
    case .exists(let isThere): return key + SQLPart(" \(isThere ? "<>" : "=") ?", [Data(SortKey.missing.bytes)])
    case .isNull(let isNull): return key + Self.list(isNull ? "IN" : "NOT IN", SortKey.nulls)
    case .like(let pattern): return like(pattern)
    case .contains(let elements): return contains(elements, false)
    case .containsAny(let elements): return contains(elements, true)
    }
  }

  private func condition(onText column: String) -> SQLPart {
    let texts = { (values: [JSONValue]) in values.compactMap(\.stringValue) }
    return condition(on: column, .string, { $0.stringValue }, texts) { pattern in
      SQLPart("text_like(o.row, \(column), ?)", [pattern])
    }
  }

  private func condition(onNumber column: String) -> SQLPart {
    let numbers = { (values: [JSONValue]) in values.compactMap(Self.number) }
    return condition(on: column, .number, Self.number, numbers) { pattern in
      SQLPart("text_like(o.row, CAST(\(column) AS TEXT), ?)", [pattern])
    }
  }

  /// The condition on a column that always has a value of one type.
  private func condition(
    on column: String, _ rank: SortKey.Rank, _ bound: (JSONValue) -> (any SQLValue)?,
    _ list: ([JSONValue]) -> [any SQLValue], like: (String) -> SQLPart
  ) -> SQLPart {
    func compare(_ sign: String, _ value: JSONValue, _ holds: (UInt8, UInt8) -> Bool) -> SQLPart {
      guard let bound = bound(value) else { return .truth(holds(rank.rawValue, SortKey(value).rank.rawValue)) }
      return SQLPart("\(column) \(sign) ?", [bound])
    }
    switch test {
    case .equal(let value): return compare("=", value, ==)
    case .notEqual(let value): return compare("<>", value, !=)
    case .less(let value): return compare("<", value, <)
    case .atMost(let value): return compare("<=", value, <=)
    case .greater(let value): return compare(">", value, >)
    case .atLeast(let value): return compare(">=", value, >=)
    case .among(let values): return SQLPart(column) + Self.list("IN", list(values))
    case .notAmong(let values): return SQLPart(column) + Self.list("NOT IN", list(values))
    case .exists(let isThere): return .truth(isThere)
    case .isNull(let isNull): return .truth(!isNull)
    case .like(let pattern): return like(pattern)
    case .contains, .containsAny: return .truth(false)
    }
  }

  private static func list(_ word: String, _ values: [any SQLValue]) -> SQLPart {
    SQLPart(" \(word) (\(values.map { _ in "?" }.joined(separator: ", ")))", values)
  }

  private static func number(_ value: JSONValue) -> (any SQLValue)? {
    switch value {
    case .int(let number): number
    case .double(let number): number
    default: nil
    }
  }
}

extension FieldReference {
  /// What the field of an object is ordered by, of `objects` as `o`: a `SortKey` for members, which have any type.
  var key: SQLPart {
    switch self {
    case .id: SQLPart("o.name")
    case .modified: SQLPart("o.modified")
    case .deleted:
      SQLPart(
        "CASE o.is_deleted WHEN 1 THEN ? ELSE ? END", [Data(SortKey(true).bytes), Data(SortKey.missing.bytes)])
    case .member(let path): SQLPart("field_key(o.row, o.data, ?)", [path])
    }
  }

  /// A value of the field as an argument that compares with `key`; `nil` if no object has such a value.
  func argument(_ value: JSONValue?) -> (any SQLValue)? {
    switch self {
    case .id: value?.stringValue
    case .modified: value?.intValue
    case .deleted, .member: Data(SortKey(value).bytes)
    }
  }

  /// What refusals call it.
  var name: String {
    switch self {
    case .id: "id"
    case .modified: "last_modified"
    case .deleted: "deleted"
    case .member(let path): path
    }
  }

  /// Whether finding it out takes reading the object.
  var isMember: Bool {
    if case .member = self { true } else { false }
  }
}

extension FieldOrder {
  /// The key of its field, with what is null at the end that comes last.
  func ordered(_ key: SQLPart) -> SQLPart {
    guard putsNullLast, field.isMember else { return key }
    let (moved, place) = isDescending ? (SortKey.missing, SortKey.null) : (SortKey.null, SortKey.missing)
    return SQLPart("COALESCE(NULLIF(") + key + SQLPart(", ?), ?)", [Data(moved.bytes), Data(place.bytes)])
  }

  /// The value as it compares with such a key.
  func ordered(_ value: JSONValue?) -> JSONValue? {
    guard putsNullLast, field.isMember, value == nil || value == .null else { return value }
    return isDescending ? .null : Optional<JSONValue>.none
  }
}

extension SortKey {
  static var nulls: [any SQLValue] { [Data(null.bytes), Data(missing.bytes)] }
}
