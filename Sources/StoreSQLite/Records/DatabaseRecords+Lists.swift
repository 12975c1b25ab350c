import Foundation
import GRDB
import Model
import Store

extension DatabaseRecords {
  func list(_ query: ObjectQuery, limit: Int) throws -> ObjectPage {
    try Problem.validateLimit(limit, most: 10_000)
    try query.validate()
    guard try isThere(query.parent) else { return ObjectPage(objects: [], next: nil) }
    let listing = ObjectListing(query, source: try source(of: query, limit: limit))
    return try counted(listing) {
      var page = PageBuilder(limit: limit, bytes: bounds.pageBytes)
      if listing.isInOrder {
        let cursor = try cursor(listing.statement(selecting: StoredObject.columns, limit: limit + 1), of: listing)
        while let row = try cursor.next(), try page.add(StoredObject(row)) {}
      } else {
        // What is sorted are numbers: objects may be large.
        let cursor = try cursor(listing.statement(selecting: "o.row", limit: limit + 1), of: listing)
        var rows: [Int64] = []
        while let row = try cursor.next() { rows.append(row[0]) }
        for row in rows {
          guard let object = try self.object(at: row), page.add(object) else { break }
        }
      }
      return page.finish(query)
    }
  }

  func count(_ query: ObjectQuery) throws -> Int64 {
    try query.validate()
    guard try isThere(query.parent) else { return 0 }
    if query.visibility == .all, query.filters.isEmpty, query.links.isEmpty {
      return try database.value(
        "SELECT live FROM object_lists WHERE parent = ? AND kind = ?", [query.parent, query.kind.rawValue]) ?? 0
    }
    var query = query
    (query.order, query.after, query.includesDeleted) = ([], nil, false)
    let listing = ObjectListing(query, source: try source(of: query, limit: .max))
    return try counted(listing) {
      let part = listing.count
      return try Int64.fetchOne(statement(part, of: listing), arguments: StatementArguments(part.arguments)) ?? 0
    }
  }

  private func isThere(_ parent: Int64) throws -> Bool {
    guard parent != 0 else { return true }
    let found: Int? = try database.value("SELECT 1 WHERE \(Database.isReachable("?"))", [parent])
    return found != nil
  }

  private func object(at row: Int64) throws -> StoredObject? {
    try database.objects("SELECT \(StoredObject.columns) FROM objects o WHERE o.row = ?", [row]).first
  }

  private func cursor(_ part: SQLPart, of listing: ObjectListing) throws -> RowCursor {
    try Row.fetchCursor(statement(part, of: listing), arguments: StatementArguments(part.arguments))
  }

  private func statement(_ part: SQLPart, of listing: ObjectListing) throws -> Statement {
    try listing.isCommon ? database.cachedStatement(sql: part.sql) : database.makeStatement(sql: part.sql)
  }

  /// Runs `body` with a fresh count of what is read, and says what to do about it when that was too much.
  private func counted<Value>(_ listing: ObjectListing, _ body: () throws -> Value) throws -> Value {
    guard listing.counts else { return try body() }
    let _: Int? = try database.value("SELECT begin_scan()", [])
    do {
      return try body()
    } catch let error as DatabaseError where error.message == ScanMeter.refusal {
      let fields = listing.query.filters.map(\.field) + listing.query.order.map(\.field)
      throw Problem(
        .tooLarge, "the list is too long to be searched without an index",
        field: fields.first(where: \.isMember)?.name,
        rule: "at most \(bounds.scan.objects) objects and \(ByteSize(bytes: Int64(bounds.scan.bytes))) are read",
        hint: "make it an indexed field of the class, or narrow the list by last_modified")
    }
  }

  // MARK: - What is gone through

  func source(of query: ObjectQuery, limit: Int) throws -> ObjectListing.Source {
    if case .shared(let principals, _) = query.visibility, try isSparse(principals, in: query) { return .shared }
    if query.filters.contains(where: \.isByName) { return .byName }
    if let filter = query.links.first(where: \.narrows) { return .linked(filter) }
    if query.kind == .record, let field = try indexedField(for: query, limit: limit) { return .field(field) }
    return query.order.first?.field ?? .id == .id ? .byName : .byTime
  }

  /// Whether it is less work to look at what names the principals than at the list.
  private func isSparse(_ principals: PrincipalSet, in query: ObjectQuery) throws -> Bool {
    let named = NumberList(principals.rows.isEmpty ? [0] : principals.rows)
    let count: Int64? = try database.value(
      "SELECT COUNT(*) FROM (SELECT 1 FROM grants WHERE principal IN \(named.sql) AND parent = ? LIMIT 10001)",
      named.arguments + [query.parent])
    guard let count, count > 10_000 else { return true }
    return count < (try live(query)) / 10
  }

  private func live(_ query: ObjectQuery) throws -> Int64 {
    try database.value(
      "SELECT live FROM object_lists WHERE parent = ? AND kind = ?", [query.parent, query.kind.rawValue]) ?? 0
  }

  /// The indexed field by whose values the list is found best, if that is better than by the time.
  private func indexedField(for query: ObjectQuery, limit: Int) throws -> IndexedFieldRow? {
    let fields = try database.indexedFields(of: query.parent).filter { query.canGoThrough($0) }
    guard !fields.isEmpty else { return nil }
    var narrowest: (field: IndexedFieldRow, count: Int64)?
    for field in fields where query.filters.contains(where: { $0.field == .member(field.name) && $0.indexBound != nil })
    {
      let count = try self.count(of: field, query)
      if count < narrowest?.count ?? .max { narrowest = (field, count) }
    }
    if let narrowest, narrowest.count <= 1000 { return narrowest.field }
    // An index has nulls first.
    let first = query.order.first.flatMap { $0.putsNullLast ? nil : $0.field }
    if let field = fields.first(where: { first == .member($0.name) }), try !isCut(field) {
      return field
    }
    guard let narrowest else { return nil }
    let isInOrder =
      query.order.first?.field == .modified
      && query.filters.contains { filter in
        if case .equal = filter.test { filter.field == .member(narrowest.field.name) } else { false }
      }
    if isInOrder { return narrowest.field }
    // All that has these values is read and sorted; by the time, about `limit` times as many as one of them has.
    let (found, live) = (Double(narrowest.count), Double(try live(query)))
    return found * found <= Double(limit) * live ? narrowest.field : nil
  }

  /// How many records pass the filters on an indexed field; no more than 20,001 are counted.
  private func count(of field: IndexedFieldRow, _ query: ObjectQuery) throws -> Int64 {
    var part = SQLPart("SELECT COUNT(*) FROM (SELECT 1 FROM indexed_values v WHERE v.field = ?", [field.row])
    for filter in query.filters where filter.field == .member(field.name) {
      if let bound = filter.indexBound { part += SQLPart(" AND ") + bound }
    }
    part += SQLPart(" LIMIT 20001)")
    let statement = try database.makeStatement(sql: part.sql)
    return try Int64.fetchOne(statement, arguments: StatementArguments(part.arguments)) ?? 0
  }

  /// Whether some value of the field is longer than what the index keeps of it, so that its order is not all of it.
  private func isCut(_ field: IndexedFieldRow) throws -> Bool {
    let found: Int? = try database.value(
      "SELECT 1 FROM indexed_values WHERE field = ? AND LENGTH(key) >= \(SortKey.longest) LIMIT 1", [field.row])
    return found != nil
  }
}

extension ObjectQuery {
  /// - Throws: `Problem` `invalid` with the field.
  fileprivate func validate() throws {
    let refuse = { (field: String, rule: String) in
      Problem(.invalid, "the list cannot be asked for like that", field: field, rule: rule)
    }
    guard links.count <= 64 else { throw refuse("links", "at most 64 conditions on links") }
    guard filters.count <= 64 else { throw refuse("filters", "at most 64 filters") }
    guard order.count <= 8 else { throw refuse("order", "at most 8 keys") }
    guard filters.reduce(0, { $0 + $1.valueCount }) <= 5000 else { throw refuse("filters", "at most 5000 values") }
    for field in filters.map(\.field) + order.map(\.field) where field.name.utf8.count > 1024 {
      throw refuse(String(field.name.prefix(80)), "a name of at most 1024 bytes")
    }
    guard let after else { return }
    let fields = order.map(\.field) + [.id]
    guard after.count == fields.count, zip(fields, after).allSatisfy({ $0.argument($1) != nil }) else {
      throw refuse("after", "the end of a page of the same list in the same order")
    }
  }

  /// Whether the values of an indexed field have all that the query can find: not if it may find deleted records, which
  /// have none.
  fileprivate func canGoThrough(_ field: IndexedFieldRow) -> Bool {
    !includesDeleted
      || filters.contains { $0.field == .member(field.name) && $0.indexBound != nil && !$0.admitsMissing }
  }
}

extension FieldFilter {
  fileprivate var valueCount: Int {
    switch test {
    case .among(let values), .notAmong(let values), .contains(let values), .containsAny(let values): values.count
    default: 1
    }
  }

  /// Whether few objects pass, which are found by their names.
  fileprivate var isByName: Bool {
    guard field == .id else { return false }
    switch test {
    case .equal, .among: return true
    default: return false
    }
  }
}
