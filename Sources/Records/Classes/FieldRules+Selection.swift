import Model
import Store

extension FieldRules {
  /// A selection in the terms of what is stored. Conditions hold for values only: what is missing or null passes those
  /// that ask for null.
  ///
  /// - Throws: `DataRefusal` `invalid` for fields that the class has not, or whoever asks may not know.
  func translated(_ selection: DataSelection) throws -> DataSelection {
    var faults: [DataFault] = []
    for name in selection.shown where stored(name) == nil && !Self.isCommon(name) && !isComputed(name) {
      faults.append(DataFault(.querystring, "_fields", unknown(name)))
    }
    var result = selection
    result.filters = selection.filters.flatMap { filter in
      do throws(DataFault) {
        return try filters(for: filter)
      } catch {
        faults.append(error)
        return []
      }
    }
    result.order = selection.order.map { order in
      guard case .member(let name) = order.field else { return self.order(order) }
      guard let field = stored(name) else {
        faults.append(DataFault(.querystring, "_sort", unaskable(name)))
        return order
      }
      return FieldOrder(.member(field.name), isDescending: order.isDescending, putsNullLast: true)
    }
    if definition.identifiers == .text { faults += selection.numberFaults }
    guard faults.isEmpty else { throw DataRefusal.invalid(faults) }
    if selection.endsByTime, result.order.count > 1 {
      // Ties are broken by the id.
      result.order.removeLast()
      if let after = selection.after, after.count == selection.order.count + 1 {
        result.after?.remove(at: after.count - 2)
      }
    }
    return result
  }

  /// The place after which the next page begins, as it is handed out for the selection that was asked for.
  func handedOut(_ next: [JSONValue?]?, for selection: DataSelection) -> [JSONValue?]? {
    guard selection.endsByTime, selection.order.count > 1, var place = next, let name = place.popLast() else {
      return next
    }
    return place + [JSONValue.null, name]
  }

  /// Whether it is the name of a computed field, or of something in one.
  private func isComputed(_ path: String) -> Bool {
    guard let field = field(called: String(path.prefix { $0 != "." })), case .computed = field.content else {
      return false
    }
    return !isInside
  }

  /// Why nothing can be asked for by a name.
  private func unaskable(_ name: String) -> String {
    isComputed(name) ? "\(name.prefix(60)) is computed, and only shown" : unknown(name)
  }

  private static func isCommon(_ name: String) -> Bool {
    ["id", "last_modified", "deleted", "schema"].contains(name)
  }

  /// A path in what is stored, and what is there; `nil` for a name of nothing that can be asked for.
  private func stored(_ path: String) -> (name: String, type: ValueType?)? {
    if path == "schema" { return ("schema", nil) }
    let first = path.prefix { $0 != "." }
    guard let field = field(called: String(first)) else { return nil }
    if case .reference = field.content, first.endIndex == path.endIndex { return (field.name, nil) }
    guard case .value(let type) = field.content else { return nil }
    guard first.endIndex != path.endIndex else { return (field.name, type) }
    guard [.object, .array, .json].contains(type) else { return nil }
    return (field.name + path[first.endIndex...], nil)
  }

  // Filters

  private func filters(for filter: FieldFilter) throws(DataFault) -> [FieldFilter] {
    switch filter.field {
    case .modified, .deleted: return [filter]
    case .id: return [definition.identifiers == .integer ? numbered(filter) : filter]
    case .member(let name):
      guard let field = stored(name) else { throw DataFault(.querystring, name, unaskable(name)) }
      let member = FieldReference.member(field.name)
      let test = filter.test.normalized(for: field.type)
      let isThere = FieldFilter(member, .isNull(false))
      switch test {
      case .equal(.null): return [FieldFilter(member, .isNull(true))]
      case .notEqual(.null): return [isThere]
      case .exists(let exists): return [FieldFilter(member, .isNull(!exists))]
      case .less, .atMost, .greater, .atLeast: return [FieldFilter(member, test), isThere]
      case .among(let values), .notAmong(let values):
        guard !values.contains(.null) else {
          throw DataFault(.querystring, name, "null is asked for by itself, not among other values")
        }
        return [FieldFilter(member, test)]
      case .equal, .notEqual, .like, .contains, .containsAny, .isNull: return [FieldFilter(member, test)]
      }
    }
  }

  /// A condition on ids that are numbers: names are their texts, and their order is that of the numbers.
  private func numbered(_ filter: FieldFilter) -> FieldFilter {
    let name = { (value: JSONValue) -> JSONValue in value.intValue.map { .string(String($0)) } ?? value }
    let number = { (value: JSONValue) -> JSONValue in value.stringValue.flatMap { Int64($0) }.map { .int($0) } ?? value
    }
    switch filter.test {
    case .equal(let value): return FieldFilter(.id, .equal(name(value)))
    case .notEqual(let value): return FieldFilter(.id, .notEqual(name(value)))
    case .among(let values): return FieldFilter(.id, .among(values.map(name)))
    case .notAmong(let values): return FieldFilter(.id, .notAmong(values.map(name)))
    case .less(let value): return FieldFilter(.member("id"), .less(number(value)))
    case .atMost(let value): return FieldFilter(.member("id"), .atMost(number(value)))
    case .greater(let value): return FieldFilter(.member("id"), .greater(number(value)))
    case .atLeast(let value): return FieldFilter(.member("id"), .atLeast(number(value)))
    case .exists, .isNull, .like, .contains, .containsAny: return filter
    }
  }

  private func order(_ order: FieldOrder) -> FieldOrder {
    guard order.field == .id, definition.identifiers == .integer else { return order }
    return FieldOrder(.member("id"), isDescending: order.isDescending)
  }
}

extension DataFault: Error {}

extension FieldFilter.Test {
  /// The test with its values as those of a field of the type are stored.
  fileprivate func normalized(for type: ValueType?) -> FieldFilter.Test {
    guard let type, type == .datetime else { return self }
    switch self {
    case .equal(let value): return .equal(type.normalized(value))
    case .notEqual(let value): return .notEqual(type.normalized(value))
    case .less(let value): return .less(type.normalized(value))
    case .atMost(let value): return .atMost(type.normalized(value))
    case .greater(let value): return .greater(type.normalized(value))
    case .atLeast(let value): return .atLeast(type.normalized(value))
    case .among(let values): return .among(values.map(type.normalized))
    case .notAmong(let values): return .notAmong(values.map(type.normalized))
    case .exists, .isNull, .like, .contains, .containsAny: return self
    }
  }
}
