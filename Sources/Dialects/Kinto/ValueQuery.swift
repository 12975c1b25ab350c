import Model
import Records
import Store

/// Chooses from values that are in memory as the store chooses from those on the disk: entries of a history, and what is
/// shared with somebody.
struct ValueQuery {
  let selection: DataSelection
  /// The member that tells equal ones apart.
  let key: String

  /// - Parameter limit: at least 1.
  /// - Returns: the page, and the place after which the next begins.
  func page(of values: [JSONValue], limit: Int) -> (values: [JSONValue], next: [JSONValue?]?) {
    var chosen = values.filter { value in selection.filters.allSatisfy { matches($0, value) } }
      .map { (place: place(of: $0), value: $0) }
      .sorted { precedes($0.place, $1.place) }
    if let after = selection.after { chosen.removeAll { !precedes(after, $0.place) } }
    let page = chosen.prefix(limit)
    return (page.map(\.value), chosen.count > page.count ? page.last?.place : nil)
  }

  func count(of values: [JSONValue]) -> Int {
    values.count { value in selection.filters.allSatisfy { matches($0, value) } }
  }

  private func place(of value: JSONValue) -> [JSONValue?] {
    selection.order.map { Self.member($0.field, value) } + [value[key]]
  }

  private func precedes(_ left: [JSONValue?], _ right: [JSONValue?]) -> Bool {
    for (index, (one, two)) in zip(left, right).enumerated() {
      let order = Self.compare(one, two)
      guard order != 0 else { continue }
      let isDescending = index < selection.order.count && selection.order[index].isDescending
      return isDescending ? order > 0 : order < 0
    }
    return false
  }

  static func member(_ field: FieldReference, _ value: JSONValue) -> JSONValue? {
    switch field {
    case .id: value["id"]
    case .modified: value["last_modified"]
    case .deleted: value["deleted"]
    case .member(let name): member(name[...], value)
    }
  }

  private static func member(_ path: Substring, _ value: JSONValue) -> JSONValue? {
    if let found = value[String(path)] { return found }
    var end = path.endIndex
    while let dot = path[..<end].lastIndex(of: ".") {
      end = dot
      guard case .object? = value[String(path[..<dot])] else { continue }
      return value[String(path[..<dot])].flatMap { member(path[path.index(after: dot)...], $0) }
    }
    return nil
  }

  private func matches(_ filter: FieldFilter, _ value: JSONValue) -> Bool {
    let found = Self.member(filter.field, value)
    switch filter.test {
    case .equal(let other): return found.map { Self.compare($0, other) == 0 } ?? false
    case .notEqual(let other): return found.map { Self.compare($0, other) != 0 } ?? true
    case .less(let other): return found.map { Self.compare($0, other) < 0 } ?? false
    case .atMost(let other): return found.map { Self.compare($0, other) <= 0 } ?? false
    case .greater(let other): return Self.compare(found, other) > 0
    case .atLeast(let other): return Self.compare(found, other) >= 0
    case .among(let others): return found.map { value in others.contains { Self.compare(value, $0) == 0 } } ?? false
    case .notAmong(let others): return found.map { value in !others.contains { Self.compare(value, $0) == 0 } } ?? true
    case .exists(let isThere): return (found != nil) == isThere
    case .isNull(let isNull): return (found == nil || found == .null) == isNull
    case .like(let pattern): return found.map { Self.isLike(Self.text($0), pattern) } ?? false
    case .contains(let others):
      guard let elements = found?.arrayValue else { return false }
      return others.allSatisfy { other in elements.contains { Self.compare($0, other) == 0 } }
    case .containsAny(let others):
      guard let elements = found?.arrayValue else { return false }
      return others.contains { other in elements.contains { Self.compare($0, other) == 0 } }
    }
  }

  private static func text(_ value: JSONValue) -> String { value.stringValue ?? value.serialized }

  /// Whether a text is like a pattern in which `*` is any run of characters; without one it may stand anywhere.
  static func isLike(_ text: String, _ pattern: String) -> Bool {
    let text = text.lowercased()
    let pattern = pattern.lowercased()
    guard pattern.contains("*") else { return text.contains(pattern) }
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = parts.first, let last = parts.last, text.hasPrefix(first) else { return false }
    var rest = text.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(last)
  }

  /// Negative if the first comes first. Missing values come last.
  static func compare(_ left: JSONValue?, _ right: JSONValue?) -> Int {
    guard let left, let right else { return (left == nil ? 1 : 0) - (right == nil ? 1 : 0) }
    let ranks = rank(left) - rank(right)
    guard ranks == 0 else { return ranks }
    switch (left, right) {
    case (.string(let one), .string(let two)): return order(one, two)
    case (.int(let one), .int(let two)): return one < two ? -1 : one > two ? 1 : 0
    case (.int, _), (.double, _):
      let (one, two) = (left.doubleValue ?? 0, right.doubleValue ?? 0)
      return one < two ? -1 : one > two ? 1 : 0
    case (.array, _), (.object, _): return order(left.serialized, right.serialized)
    default: return 0
    }
  }

  /// By code points, which the bytes of UTF-8 are ordered by too.
  private static func order(_ one: String, _ two: String) -> Int {
    one.utf8.lexicographicallyPrecedes(two.utf8) ? -1 : one.utf8.elementsEqual(two.utf8) ? 0 : 1
  }

  private static func rank(_ value: JSONValue) -> Int {
    switch value {
    case .null: 0
    case .string: 1
    case .int, .double: 2
    case .bool(let flag): flag ? 4 : 3
    case .array: 5
    case .object: 6
    }
  }
}
