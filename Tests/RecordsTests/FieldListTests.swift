import Model
import Records
import Store
import Testing

/// Lists of records whose class declares its fields, unique values, numbers, and changes of the declaration.
@Suite struct FieldListTests {
  private func ids(_ records: [JSONValue]) -> [JSONValue?] { records.map { $0["id"] } }

  @Test(arguments: [false, true])
  func nullsAreAbsentAndComeLast(_ isIndexed: Bool) async throws {
    let fixture = try FieldFixture()
    try await fixture.declare([
      ["name": "n", "type": "integer", "indexed": .bool(isIndexed)], ["name": "t", "type": "string"],
    ])
    try await fixture.put("a", ["n": 3])
    try await fixture.put("b", ["n": .null, "t": "x"])
    try await fixture.put("c", ["n": 1])
    try await fixture.put("d", ["t": "y"])
    try await fixture.put("e", ["n": 3])
    let filtered = { (test: FieldFilter.Test) in
      self.ids(
        try await fixture.list(
          DataSelection(filters: [FieldFilter(.member("n"), test)], order: [FieldOrder(.id)])))
    }
    #expect(try await filtered(.equal(.null)) == ["b", "d"])
    #expect(try await filtered(.notEqual(.null)) == ["a", "c", "e"])
    #expect(try await filtered(.exists(false)) == ["b", "d"])
    #expect(try await filtered(.less(2)) == ["c"])
    #expect(try await filtered(.atLeast(1)) == ["a", "c", "e"])
    #expect(try await filtered(.among([1, 3])) == ["a", "c", "e"])
    #expect(await !fixture.faults { _ = try await filtered(.among([.null, 3])) }.isEmpty)
    let orders: [(Bool, [JSONValue?])] = [(false, ["c", "a", "e", "b", "d"]), (true, ["e", "a", "c", "d", "b"])]
    for (isDescending, expected) in orders {
      for limit in 1...6 {
        // As the protocol has it: the time is the last key where nobody names it.
        var selection = DataSelection(
          order: [
            FieldOrder(.member("n"), isDescending: isDescending), FieldOrder(.modified, isDescending: true),
          ], limit: limit)
        selection.endsByTime = true
        var found: [JSONValue?] = []
        repeat {
          let answer = try await fixture.service.perform(
            DataRequest(.read, .record(nil), selection: selection), as: fixture.ada)
          guard case .page(let page) = answer.content else { break }
          found += page.objects.map { .string($0.name) }
          #expect(page.next == nil || page.next?.count == 3)
          selection.after = page.next
        } while selection.after != nil && found.count < 10
        #expect(found == expected, "\(limit)")
      }
    }
  }

  @Test func momentsAreComparedAsMoments() async throws {
    let fixture = try FieldFixture()
    try await fixture.declare([["name": "at", "type": "datetime", "indexed": true]])
    try await fixture.put("a", ["at": "2026-01-01T10:00:00Z"])
    try await fixture.put("b", ["at": "2026-01-01T10:00:00+02:00"])
    let since = DataSelection(filters: [FieldFilter(.member("at"), .atLeast("2026-01-01T09:00:00Z"))])
    #expect(ids(try await fixture.list(since)) == ["a"])
    let equal = DataSelection(filters: [FieldFilter(.member("at"), .equal("2026-01-01T08:00:00Z"))])
    #expect(ids(try await fixture.list(equal)) == ["b"])
  }

  @Test func whatIsNotDeclaredIsNotAskedFor() async throws {
    let fixture = try FieldFixture()
    try await fixture.declare([["name": "o", "type": "object"], ["name": "n", "type": "integer"]])
    try await fixture.put("r", ["o": ["x": 1]])
    for path in ["none", "n.x", "o'; DROP TABLE objects; --", ""] {
      let filter = DataSelection(filters: [FieldFilter(.member(path), .equal(1))])
      let order = DataSelection(order: [FieldOrder(.member(path))])
      #expect(await fixture.faults { _ = try await fixture.list(filter) }.keys.sorted() == [path])
      #expect(await fixture.faults { _ = try await fixture.list(order) }.keys.sorted() == ["_sort"])
    }
    let inner = DataSelection(filters: [FieldFilter(.member("o.x"), .equal(1))])
    #expect(ids(try await fixture.list(inner)) == ["r"])
  }

  @Test func uniqueValuesAreTakenOnce() async throws {
    let fixture = try FieldFixture()
    try await fixture.declare([["name": "code", "type": "string", "unique": true, "label": "key"]])
    try await fixture.put("a", ["key": "x"])
    try await fixture.put("b", ["key": .null])
    try await fixture.put("c", [:])
    await #expect(throws: DataRefusal.taken(field: "key", by: "a")) { try await fixture.add(["key": "x"]) }
    await #expect(throws: DataRefusal.taken(field: "key", by: "a")) { try await fixture.put("b", ["key": "x"]) }
    #expect(try await fixture.put("a", ["key": "x"])["key"] == "x")
    // Who may not see the others is not told who it is.
    _ = try await fixture.service.perform(
      DataRequest(.change, .recordClass(), content: .members(data: nil, lists: [.createRecord: ["account:bob"]])),
      as: fixture.ada)
    await #expect(throws: DataRefusal.taken(field: "key", by: nil)) {
      try await fixture.add(["key": "x"], as: fixture.service.requester(named: "account:bob"))
    }
    _ = try await fixture.delete("a")
    #expect(try await fixture.put("b", ["key": "x"])["key"] == "x")
  }

  @Test func numbersAreGivenOnce() async throws {
    let fixture = try FieldFixture()
    try await fixture.declare([["name": "n", "type": "integer"]], id: "integer")
    for number in Int64(1)...11 { #expect(try await fixture.add(["n": .int(-number)])["id"] == .int(number)) }
    #expect(try await fixture.read("3")["id"] == 3)
    #expect(try await fixture.delete("11")["id"] == 11)
    #expect(try await fixture.add([:])["id"] == 12)
    #expect(try await fixture.put("2", ["id": 2, "n": 5])["n"] == 5)
    #expect(try await fixture.put("2", ["id": "2", "n": 6])["n"] == 6)
    await #expect(throws: DataRefusal.self) { try await fixture.put("2", ["id": 3]) }
    await #expect(throws: DataRefusal.notFound(.record, "11")) { try await fixture.put("11", [:]) }
    await #expect(throws: DataRefusal.notFound(.record, "x")) { try await fixture.put("x", [:]) }
    #expect(await fixture.faults { try await fixture.add(["id": 99]) }.keys.sorted() == ["data.id"])
    #expect(try await fixture.add(["id": 3])["n"] == -3)
    let order = DataSelection(order: [FieldOrder(.id)])
    #expect(ids(try await fixture.list(order)) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12])
    let tests: [(FieldFilter.Test, [JSONValue?])] = [
      (.equal(10), [10]), (.equal("10"), [10]), (.greater(9), [10, 12]), (.among([1, "2"]), [1, 2]), (.less("2"), [1]),
    ]
    for (test, expected) in tests {
      let selection = DataSelection(filters: [FieldFilter(.id, test)], order: [FieldOrder(.id)])
      #expect(ids(try await fixture.list(selection)) == expected)
    }
    await #expect(throws: DataRefusal.self) { try await fixture.declare([["name": "n", "type": "integer"]]) }
  }

  @Test func aClassChangesAsItsRecordsAdmit() async throws {
    let fixture = try FieldFixture()
    try await fixture.declare([["name": "a", "type": "string"], ["name": "b", "type": "integer"]])
    try await fixture.put("r1", ["a": "x", "b": 1])
    try await fixture.put("r2", ["a": "x"])
    let refused: [(JSONValue, String)] = [
      ([["name": "a", "type": "integer"], ["name": "b", "type": "integer"]], "2 records have another value"),
      ([["name": "a", "type": "string"], ["name": "b", "type": "integer", "required": true]], "1 records have no b"),
      ([["name": "a", "type": "string", "unique": true]], "1 records have a value of a"),
    ]
    for (fields, text) in refused {
      do {
        try await fixture.declare(fields)
        Issue.record("the change was made: \(fields.serialized)")
      } catch DataRefusal.conflict(let reason) {
        #expect(
          reason.contains(text) && (reason.contains("first is r1") || reason.contains("first is r2")), "\(reason)")
      }
    }
    // What was refused has changed nothing, indexes neither.
    try await fixture.put("r3", ["a": "x"])
    try await fixture.declare([
      ["name": "a", "type": "json"], ["name": "b", "type": "integer", "required": true, "default": 0],
    ])
    try await fixture.put("r2", ["a": "y", "b": 1])
    _ = try await fixture.delete("r3")
    try await fixture.declare([["name": "a", "type": "string", "unique": true], ["name": "b", "type": "number"]])
    await #expect(throws: DataRefusal.taken(field: "a", by: "r1")) { try await fixture.put("r4", ["a": "x"]) }
  }

  @Test func aClassWithoutFieldsGetsThem() async throws {
    let fixture = try FieldFixture()
    try await fixture.declare(.null)
    try await fixture.put("r", ["a": 1, "b": 2])
    await #expect(throws: DataRefusal.self) { try await fixture.declare([["name": "a", "type": "integer"]]) }
    try await fixture.declare([["name": "a", "type": "integer"], ["name": "b", "type": "integer"]])
    try await fixture.declare(.null)
    #expect(try await fixture.put("r", ["c": 1])["c"] == 1)
  }
}
