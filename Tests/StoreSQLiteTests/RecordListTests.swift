import Foundation
import GRDB
import Model
import Store
import Testing

@testable import StoreSQLite

/// How lists are found, and what they may read.
@Suite struct RecordListTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func open(_ bounds: RecordBounds = RecordBounds()) throws -> SQLiteStore {
    try SQLiteStore(path: folder.store, bounds: CommitQueue.Bounds(), recordBounds: bounds)
  }

  /// Stores `count` records; their `n` is their number, their `group` is that modulo 10, `text` is long in every twentieth.
  ///
  /// - Returns: the row of their class.
  private func fill(_ store: SQLiteStore, _ count: Int, indexed: [String] = []) async throws -> Int64 {
    try await store.records.write(bytes: 0) { transaction in
      let bucket = try transaction.insert(.bucket, "b", in: 0, modified: 1, data: [])
      let recordClass = try transaction.insert(.recordClass, "c", in: bucket.row, modified: 1, data: [])
      try transaction.setIndexedFields(
        of: recordClass.row, to: indexed.map { IndexedField(name: $0, isUnique: false) })
      for number in 1...count {
        let text = number % 20 == 0 ? String(repeating: "x", count: 600) + "\(number)" : "t\(number)"
        let data: JSONValue = [
          "id": .string("r\(number)"), "n": .int(Int64(number)), "group": .int(Int64(number % 10)),
          "text": .string(text),
        ]
        _ = try transaction.insert(
          .record, "r\(number)", in: recordClass.row, modified: Int64(number), data: data.serializedBytes)
      }
      return recordClass.row
    }
  }

  private func plan(_ store: SQLiteStore, _ query: ObjectQuery) async throws -> String {
    try await store.connection.read { database in
      let snapshot = SQLiteRecordSnapshot(database: database, bounds: RecordBounds())
      let listing = ObjectListing(query, source: try snapshot.source(of: query, limit: 10))
      let columns = listing.isInOrder ? StoredObject.columns : "o.row"
      let part = listing.statement(selecting: columns, limit: 11)
      let rows = try Row.fetchAll(
        database, sql: "EXPLAIN QUERY PLAN \(part.sql)", arguments: StatementArguments(part.arguments))
      return rows.map { $0["detail"] as String }.joined(separator: "\n")
    }
  }

  @Test func listsInTheOrderOfTimeOrNameSortNothing() async throws {
    let store = try open()
    let parent = try await fill(store, 20)
    let orders: [([FieldOrder], String)] = [
      ([FieldOrder(.modified, isDescending: true)], "objects_by_time (parent=? AND kind=?"),
      ([FieldOrder(.modified)], "objects_by_time (parent=? AND kind=?"),
      ([FieldOrder(.id)], "objects_by_name (parent=? AND kind=?"), ([], "objects_by_name (parent=? AND kind=?"),
    ]
    for (order, index) in orders {
      var query = ObjectQuery(.record, in: parent, filters: [FieldFilter(.member("n"), .greater(3))], order: order)
      #expect(try await plan(store, query).contains(index))
      query.after = order.map { $0.field == .id ? "r1" : 9 } + ["r1"]
      let plan = try await plan(store, query)
      #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
      // It goes on where the page before ended.
      #expect(plan.contains(index == orders[0].1 ? "(modified,name)" : "name>?"), "\(plan)")
    }
    let since = ObjectQuery(.record, in: parent, filters: [FieldFilter(.modified, .greater(3))])
    #expect(try await plan(store, since).contains("modified>?"))
    let named = ObjectQuery(.record, in: parent, filters: [FieldFilter(.id, .among(["r1", "r2"]))])
    #expect(try await plan(store, named).contains("objects_by_name (parent=? AND kind=? AND name=?)"))
    try await store.close()
  }

  @Test func indexedFieldsAreFoundByTheirValues() async throws {
    let store = try open()
    let parent = try await fill(store, 20, indexed: ["n", "group"])
    let newest = FieldOrder(.modified, isDescending: true)
    let cases: [(FieldFilter, [FieldOrder], String)] = [
      (FieldFilter(.member("n"), .equal(3)), [newest], "v USING PRIMARY KEY (field=? AND key=?)"),
      (FieldFilter(.member("n"), .among([3, 4])), [newest], "v USING PRIMARY KEY (field=? AND key=?)"),
      (FieldFilter(.member("n"), .greater(3)), [FieldOrder(.member("n"))], "v USING PRIMARY KEY (field=? AND key>?)"),
      (FieldFilter(.member("n"), .less(3)), [newest], "v USING PRIMARY KEY (field=? AND key<?)"),
    ]
    for (filter, order, index) in cases {
      let plan = try await plan(store, ObjectQuery(.record, in: parent, filters: [filter], order: order))
      #expect(plan.contains("SEARCH \(index)"), "\(plan)")
      #expect(plan.contains("o USING INTEGER PRIMARY KEY (rowid=?)"), "\(plan)")
    }
    // In the order of the values, and of one value by the time, nothing but records of the same time are sorted.
    for (filters, order) in [
      ([], [FieldOrder(.member("n"), isDescending: true), newest]),
      ([FieldFilter(.member("group"), .equal(3))], [newest]),
    ] {
      let plan = try await plan(store, ObjectQuery(.record, in: parent, filters: filters, order: order))
      #expect(plan.contains("SEARCH v USING PRIMARY KEY (field=?"), "\(plan)")
      #expect(!plan.contains("FOR ORDER BY"), "\(plan)")
    }
    // Those that have a value, in its order and of one by their names; and those that have none.
    let (has, last) = (FieldFilter(.member("n"), .isNull(false)), FieldFilter(.member("n"), .isNull(true)))
    let bounded = try await plan(
      store,
      ObjectQuery(.record, in: parent, filters: [has], order: [FieldOrder(.member("n"), isDescending: true)]))
    #expect(bounded.contains("SEARCH v USING PRIMARY KEY (field=? AND key>? AND key<?)"), "\(bounded)")
    #expect(!bounded.contains("TEMP B-TREE FOR ORDER BY"), "\(bounded)")
    let rest = try await plan(
      store, ObjectQuery(.record, in: parent, filters: [last], order: [FieldOrder(.member("n"), putsNullLast: true)]))
    #expect(rest.contains("SEARCH v USING PRIMARY KEY (field=? AND key=?)"), "\(rest)")
    let other = try await plan(
      store, ObjectQuery(.record, in: parent, filters: [FieldFilter(.member("text"), .equal(3))]))
    #expect(other.contains("objects_by_time"))
    try await store.close()
  }

  /// The index keeps the first part of long values only, and answers all the same.
  @Test func longValuesOfIndexedFieldsAreFoundAndInOrder() async throws {
    let store = try open()
    let parent = try await fill(store, 100, indexed: ["text"])
    let long = JSONValue.string(String(repeating: "x", count: 600) + "40")
    try await store.records.read { snapshot in
      func names(_ test: FieldFilter.Test) throws -> [String] {
        let field = FieldReference.member("text")
        let query = ObjectQuery(
          .record, in: parent, filters: [FieldFilter(field, test)], order: [FieldOrder(field)])
        return try snapshot.list(query, limit: 100).objects.map(\.name)
      }
      let tests: [(FieldFilter.Test, [String])] = [
        (.equal(long), ["r40"]), (.greater(long), ["r60", "r80"]), (.equal("t7"), ["r7"]),
        (.atLeast("x"), ["r100", "r20", "r40", "r60", "r80"]),
      ]
      for (test, expected) in tests {
        let found = try names(test)
        #expect(found == expected)
      }
    }
    try await store.close()
  }

  @Test func whatAListReadsIsBounded() async throws {
    var bounds = RecordBounds()
    bounds.scan.objects = 50
    let store = try open(bounds)
    let parent = try await fill(store, 60, indexed: ["group"])
    let rare = FieldFilter(.member("n"), .equal(1))
    try await store.records.read { snapshot in
      for (query, field) in [
        (ObjectQuery(.record, in: parent, filters: [rare]), "n"),
        (ObjectQuery(.record, in: parent, filters: [FieldFilter(.member("q"), .like("*x"))]), "q"),
        (ObjectQuery(.record, in: parent, order: [FieldOrder(.member("text"))]), "text"),
        (ObjectQuery(.record, in: parent, filters: [FieldFilter(.id, .like("none"))]), nil),
      ] as [(ObjectQuery, String?)] {
        let problem = #expect(throws: Problem.self) { try snapshot.list(query, limit: 10) }
        #expect(problem?.code == .tooLarge && problem?.field == field, "\(String(describing: problem))")
      }
      #expect(throws: Problem.self) { try snapshot.count(ObjectQuery(.record, in: parent, filters: [rare])) }
      // What is found early, by an index, or in what is left after the time, is no scan.
      for (filters, count) in [
        ([FieldFilter(.member("n"), .greater(5))], 10), ([FieldFilter(.member("group"), .equal(1))], 6),
        ([FieldFilter(.modified, .less(40)), rare], 1), ([FieldFilter(.modified, .less(40))], 10),
      ] {
        let page = try snapshot.list(ObjectQuery(.record, in: parent, filters: filters), limit: 10)
        #expect(page.objects.count == count)
      }
      #expect(try snapshot.count(ObjectQuery(.record, in: parent)) == 60)
    }
    try await store.close()
  }

  @Test func bytesThatAListReadsAndAPageHoldsAreBounded() async throws {
    var bounds = RecordBounds()
    (bounds.scan.bytes, bounds.pageBytes) = (2000, 500)
    let store = try open(bounds)
    let parent = try await fill(store, 60)
    try await store.records.read { snapshot in
      let query = ObjectQuery(.record, in: parent, filters: [FieldFilter(.member("n"), .equal(1))])
      #expect(throws: Problem.self) { try snapshot.list(query, limit: 10) }
      var (all, names) = (ObjectQuery(.record, in: parent), [String]())
      repeat {
        let page = try snapshot.list(all, limit: 1000)
        #expect(page.objects.dropLast().reduce(0) { $0 + $1.data.count } < 500)
        names += page.objects.map(\.name)
        all.after = page.next
      } while all.after != nil
      #expect(names == (1...60).reversed().map { "r\($0)" })
    }
    try await store.close()
  }

  @Test func aListHasNoMoreObjectsThanItMay() async throws {
    var bounds = RecordBounds()
    (bounds.listedObjects, bounds.indexedRecords) = (3, 2)
    let store = try open(bounds)
    let parent = try await fill(store, 3)
    await #expect(throws: Problem.self) {
      try await store.records.write(bytes: 0) { try $0.insert(.record, "x", in: parent, modified: 9, data: []) }
    }
    let problem = await #expect(throws: Problem.self) {
      try await store.records.write(bytes: 0) {
        try $0.setIndexedFields(of: parent, to: [IndexedField(name: "n", isUnique: false)])
      }
    }
    #expect(problem?.code == .tooLarge && problem?.field == "n")
    try await store.records.write(bytes: 0) { transaction in
      let first = try #require(try transaction.object(.record, "r1", in: parent))
      _ = try transaction.delete(first.row, modified: 9, data: [])
      // What was deleted counts until its name is taken again.
      #expect(throws: Problem.self) { try transaction.insert(.record, "x", in: parent, modified: 9, data: []) }
      _ = try transaction.attempt { try transaction.insert(.record, "r1", in: parent, modified: 10, data: []) }
    }
    try await store.close()
  }
}
