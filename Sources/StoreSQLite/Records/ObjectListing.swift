import Foundation
import GRDB
import Model
import Store

/// The statement of a list. Where its order is that of an index, it reads no more than it answers; what it reads else is
/// counted (`ScanMeter`).
struct ObjectListing {
  /// What the statement goes through.
  enum Source {
    case byTime
    case byName
    /// The objects of the list that name one of the principals.
    case shared
    /// What has the links that a filter asks for.
    case linked(LinkFilter)
    /// The values of an indexed field, which the filters on it narrow.
    case field(IndexedFieldRow)
  }

  let query: ObjectQuery
  let source: Source
  /// Whether visibility is looked up for each object rather than being the source.
  private var checksVisibility: Bool {
    if case .shared = source { return false }
    return query.visibility != .all
  }

  init(_ query: ObjectQuery, source: Source) {
    self.query = query
    self.source = source
  }

  /// Whether the index that is gone through has the order of the query, so that rows may be as large as they are.
  var isInOrder: Bool {
    switch (source, query.order.map(\.field)) {
    case (.byTime, [.modified]), (.byName, [.id]), (.byName, []): true
    default: false
    }
  }

  /// Whether the statement counts what it reads.
  var counts: Bool {
    if checksVisibility { return true }
    switch source {
    case .shared, .linked, .field: return true
    case .byTime, .byName:
      let filters = query.filters.contains { filter in
        if case .like = filter.test { return true }
        return filter.field.isMember
      }
      return filters || !query.links.isEmpty || query.order.contains { $0.field.isMember }
    }
  }

  /// Whether statements of its form are few enough to be kept prepared.
  var isCommon: Bool {
    guard query.filters.count <= 1, query.links.isEmpty, query.order.count <= 2 else { return false }
    switch query.filters.first?.test {
    case .among, .notAmong: return false
    default: return true
    }
  }

  func statement(selecting columns: String, limit: Int) -> SQLPart {
    let (terms, directions) = (self.terms, self.directions)
    var statement = from(columns)
    if let after = after(terms, directions) { statement += SQLPart(" AND ") + after }
    let keys = zip(terms, directions).map { term, isDescending in term.key + SQLPart(isDescending ? " DESC" : "") }
    return statement + SQLPart(" ORDER BY ") + .joined(keys, by: ", ") + SQLPart(" LIMIT ?", [limit])
  }

  /// The statement that counts what the query finds, deleted objects left out.
  var count: SQLPart { from("COUNT(*)") + SQLPart(" AND o.is_deleted = 0") }

  private func from(_ columns: String) -> SQLPart {
    var statement = SQLPart("SELECT \(columns) FROM ")
    let list: [(any SQLValue)?] = [query.parent, query.kind.rawValue]
    switch source {
    case .byTime: statement += SQLPart("objects o INDEXED BY objects_by_time WHERE o.parent = ? AND o.kind = ?", list)
    case .byName: statement += SQLPart("objects o INDEXED BY objects_by_name WHERE o.parent = ? AND o.kind = ?", list)
    case .shared:
      statement += SQLPart("(SELECT DISTINCT object FROM grants WHERE ") + named(with: "parent = ?", query.parent)
      statement += SQLPart(
        ") s CROSS JOIN objects o ON o.row = s.object WHERE o.parent = ? AND o.kind = ? AND count_read(o.row)", list)
    case .linked(let filter):
      statement += SQLPart("(") + filter.linked + SQLPart(") l CROSS JOIN objects o ON o.row = l.record")
      statement += SQLPart(" WHERE o.parent = ? AND o.kind = ? AND count_read(o.row)", list)
    case .field(let field):
      statement += SQLPart(
        "indexed_values v CROSS JOIN objects o ON o.row = v.object WHERE v.field = ?", [field.row])
      for filter in query.filters where filter.field == .member(field.name) {
        if let bound = filter.indexBound { statement += SQLPart(" AND ") + bound }
      }
      statement += SQLPart(" AND count_read(o.row)")
    }
    if !query.includesDeleted { statement += SQLPart(" AND o.is_deleted = 0") }
    for filter in query.filters where !isAnsweredBySource(filter) {
      statement += SQLPart(" AND ") + filter.condition
    }
    for filter in query.links where !isAnsweredBySource(filter) {
      statement += SQLPart(" AND count_read(o.row) AND ") + filter.condition
    }
    if checksVisibility {
      statement += SQLPart(" AND count_read(o.row) AND EXISTS (SELECT 1 FROM grants WHERE ")
      statement += named(with: "object = o.row", nil) + SQLPart(")")
    }
    return statement
  }

  private func isAnsweredBySource(_ filter: FieldFilter) -> Bool {
    guard case .field(let field) = source else { return false }
    return filter.field == .member(field.name) && filter.indexBound != nil
  }

  private func isAnsweredBySource(_ filter: LinkFilter) -> Bool {
    guard case .linked(filter) = source else { return false }
    if case .all(let records) = filter.test { return records.count == 1 }
    return true
  }

  /// The condition on `grants` that one of the principals has one of the permissions.
  private func named(with condition: String, _ argument: Int64?) -> SQLPart {
    guard case .shared(let principals, let permissions) = query.visibility else { return .truth(false) }
    let (who, what) = (
      NumberList(principals.rows.isEmpty ? [0] : principals.rows), permissions.map(\.rawValue).sorted()
    )
    return SQLPart(condition, argument.map { [$0] } ?? []) + SQLPart(" AND principal IN \(who.sql)", who.arguments)
      + SQLPart(" AND permission IN (\(what.map(String.init).joined(separator: ", ")))")
  }

  // MARK: - Order

  /// The keys of the order, made total by the name.
  private var terms: [(order: FieldOrder, key: SQLPart)] {
    var orders = query.order
    if let name = orders.firstIndex(where: { $0.field == .id }) {
      orders.removeSubrange((name + 1)...)
    } else {
      orders.append(FieldOrder(.id))
    }
    return orders.map { ($0, $0.ordered(key(of: $0.field))) }
  }

  private var directions: [Bool] { query.order.map(\.isDescending) + [query.order.last?.isDescending ?? false] }

  private func key(of field: FieldReference) -> SQLPart {
    guard case .field(let indexed) = source else { return field.key }
    switch field {
    case .modified: return SQLPart("v.modified")
    case .member(indexed.name): return SQLPart("v.key")
    default: return field.key
    }
  }

  /// The condition for what comes after the object where the page before ended.
  private func after(_ terms: [(order: FieldOrder, key: SQLPart)], _ directions: [Bool]) -> SQLPart? {
    guard let after = query.after else { return nil }
    let values = zip(terms, after).map { term, value in
      SQLPart("?", [argument(term.order.ordered(value), of: term.order.field)])
    }
    let signs = directions.map { $0 ? "<" : ">" }
    if Set(signs.prefix(terms.count)).count == 1 {
      let (keys, places) = (SQLPart.joined(terms.map(\.key), by: ", "), SQLPart.joined(values, by: ", "))
      return SQLPart("(") + keys + SQLPart(") \(signs[0]) (") + places + SQLPart(")")
    }
    let alternatives = terms.indices.map { last in
      let equal = terms.indices.prefix(last).map { terms[$0].key + SQLPart(" = ") + values[$0] }
      return SQLPart.joined(equal + [terms[last].key + SQLPart(" \(signs[last]) ") + values[last]], by: " AND ")
    }
    // The first key alone lets an index find the place.
    return terms[0].key + SQLPart(" \(signs[0])= ") + values[0] + SQLPart(" AND (")
      + .joined(alternatives, by: " OR ") + SQLPart(")")
  }

  private func argument(_ value: JSONValue?, of field: FieldReference) -> (any SQLValue)? {
    guard case .field(let indexed) = source, field == .member(indexed.name) else { return field.argument(value) }
    return Data(SortKey(value).indexed)
  }
}

extension FieldFilter {
  /// The filter as a condition on `indexed_values` as `v`; `nil` if those do not say, because they are cut or for what
  /// the test is.
  var indexBound: SQLPart? {
    let compare = { (sign: String, value: JSONValue) -> SQLPart? in
      let key = SortKey(value)
      return key.isCut ? nil : SQLPart("v.key \(sign) ?", [Data(key.bytes)])
    }
    switch test {
    case .equal(let value): return compare("=", value)
    case .less(let value): return compare("<", value)
    case .atMost(let value): return compare("<=", value)
    case .greater(let value): return compare(">", value)
    case .atLeast(let value): return compare(">=", value)
    case .exists(let isThere): return SQLPart("v.key \(isThere ? "<" : "=") ?", [Data(SortKey.missing.bytes)])
    case .isNull(true): return SQLPart("v.key IN (?, ?)", SortKey.nulls)
    case .isNull(false): return SQLPart("v.key > ? AND v.key < ?", SortKey.nulls)
    case .among(let values):
      let keys = values.map { SortKey($0) }
      guard !keys.isEmpty, !keys.contains(where: \.isCut) else { return nil }
      return SQLPart("v.key IN (\(keys.map { _ in "?" }.joined(separator: ", ")))", keys.map { Data($0.bytes) })
    case .notEqual, .notAmong, .like, .contains, .containsAny: return nil
    }
  }

  /// Whether an object without the member can pass.
  var admitsMissing: Bool {
    switch test {
    case .notEqual, .greater, .atLeast, .notAmong: true
    case .exists(let isThere): !isThere
    case .isNull(let isNull): isNull
    case .equal, .less, .atMost, .among, .like, .contains, .containsAny: false
    }
  }
}
