import Model
import Store

extension StoreConformance {
  static let recordCases: [StoreConformanceCase] = [
    StoreConformanceCase("an object is found as it was stored, and by nothing else") { fixture in
      let places = try await fixture.places()
      let data = Array(#"{ "id":"a", "last_modified":7, "text":"\u00e9 \ud83d\ude00", "n":1.0 }"#.utf8)
      let stored = try await fixture.write {
        try $0.insert(.record, "a", in: places.recordClass, modified: 7, data: data)
      }
      try expectEqual(
        stored,
        StoredObject(row: stored.row, kind: .record, parent: places.recordClass, name: "a", modified: 7, data: data))
      try await fixture.read { snapshot in
        try expectEqual(try snapshot.object(.record, "a", in: places.recordClass), stored)
        try expectEqual(try snapshot.object(.record, "A", in: places.recordClass), nil)
        try expectEqual(try snapshot.object(.group, "a", in: places.recordClass), nil)
        try expectEqual(try snapshot.object(.record, "a", in: places.bucket), nil)
        try expectEqual(try snapshot.object(.bucket, "shop", in: 0)?.row, places.bucket)
        try expectEqual(try snapshot.object(.account, "shop", in: 0), nil)
      }
      try await expectProblem(.conflict) {
        try await fixture.write { try $0.add("a", to: places.recordClass, at: 8) }
      }
      for (kind, parent) in [
        (DataKind.record, places.bucket), (.record, 0), (.record, 999), (.group, places.recordClass), (.bucket, 1),
      ] {
        try await expectProblem(.notFound) {
          try await fixture.write { try $0.insert(kind, "x", in: parent, modified: 8, data: data) }
        }
      }
    },
    StoreConformanceCase("an object gets other data, and keeps its place") { fixture in
      let places = try await fixture.places()
      let stored = try await fixture.write { try $0.add("a", to: places.recordClass, at: 7) }
      let data = StoreFixture.data("a", 9, ["x": 1])
      try await fixture.write { try $0.replace(stored.row, modified: 9, data: data) }
      let found = try await fixture.read { try $0.object(.record, "a", in: places.recordClass) }
      var expected = stored
      (expected.modified, expected.data) = (9, data)
      try expectEqual(found, expected)
      try await expectProblem(.notFound) { try await fixture.write { try $0.replace(12_345, modified: 1, data: data) } }
    },
    StoreConformanceCase("what is left of a deleted object is another, until its name is taken again") { fixture in
      let places = try await fixture.places()
      let stored = try await fixture.write { try $0.add("a", to: places.recordClass, at: 7, lists: [.read: ["x"]]) }
      let rest = try await fixture.write {
        try $0.delete(stored.row, modified: 8, data: StoreFixture.remains("a", 8))
      }
      try expect(rest.isDeleted && rest.row != stored.row && rest.modified == 8, "it has a row of its own: \(rest)")
      try await fixture.read { snapshot in
        try expectEqual(try snapshot.object(.record, "a", in: places.recordClass), rest)
        try expectEqual(try snapshot.accessLists(of: stored.row), [:])
        try expectEqual(try snapshot.accessLists(of: rest.row), [:])
        var query = ObjectQuery(.record, in: places.recordClass)
        try expectEqual(try snapshot.names(query), [])
        try expectEqual(try snapshot.count(query), 0)
        query.includesDeleted = true
        try expectEqual(try snapshot.list(query, limit: 9).objects, [rest])
        try expectEqual(try snapshot.count(query), 0)
      }
      for row in [stored.row, rest.row] {
        try await expectProblem(.notFound) {
          try await fixture.write { try $0.delete(row, modified: 9, data: rest.data) }
        }
        try await expectProblem(.notFound) { try await fixture.write { try $0.replace(row, modified: 9, data: [1]) } }
        try await expectProblem(.notFound) { try await fixture.write { try $0.setAccessLists(of: row, to: [:]) } }
      }
      let again = try await fixture.write { try $0.add("a", to: places.recordClass, at: 9) }
      try expect(again.row != stored.row && again.row != rest.row, "it is another object")
      try await fixture.read { snapshot in
        var query = ObjectQuery(.record, in: places.recordClass)
        query.includesDeleted = true
        try expectEqual(try snapshot.list(query, limit: 9).objects, [again])
        try expectEqual(try snapshot.count(query), 1)
      }
    },
    StoreConformanceCase("a list has the moment that it was given last") { fixture in
      let places = try await fixture.places()
      try await fixture.write { transaction in
        try expectEqual(try transaction.timestamp(of: .record, in: places.recordClass), nil)
        try transaction.setTimestamp(of: .record, in: places.recordClass, to: 5)
        try transaction.add("a", to: places.recordClass, at: 4)
        try transaction.setTimestamp(of: .record, in: places.recordClass, to: 1 << 60)
        try transaction.setTimestamp(of: .group, in: places.bucket, to: 7)
      }
      try await fixture.read { snapshot in
        try expectEqual(try snapshot.timestamp(of: .record, in: places.recordClass), 1 << 60)
        try expectEqual(try snapshot.timestamp(of: .group, in: places.bucket), 7)
        try expectEqual(try snapshot.timestamp(of: .recordClass, in: places.bucket), nil)
        try expectEqual(try snapshot.timestamp(of: .account, in: 0), nil)
      }
    },
    StoreConformanceCase("a list is in order, in pages, and counted") { fixture in
      let places = try await fixture.places()
      try await fixture.write { transaction in
        for number in 1...25 { try transaction.add("r\(number)", to: places.recordClass, at: Int64(number * 10 % 190)) }
      }
      try await fixture.read { snapshot in
        var query = ObjectQuery(.record, in: places.recordClass)
        let all = try snapshot.list(query, limit: 25)
        try expectEqual(all.next, nil)
        try expectEqual(all.objects.map(\.modified), all.objects.map(\.modified).sorted(by: >))
        try expectEqual(try snapshot.count(query), 25)
        var found: [StoredObject] = []
        repeat {
          let page = try snapshot.list(query, limit: 4)
          try expect(page.objects.count <= 4, "no page is larger than asked for")
          found += page.objects
          query.after = page.next
        } while query.after != nil && found.count < 30
        try expectEqual(found, all.objects)
        query.order = []
        try expectEqual(try snapshot.names(query), (1...25).map { "r\($0)" }.sorted())
        try expectEqual(try snapshot.names(ObjectQuery(.recordClass, in: places.bucket)), ["notes"])
        try expectEqual(try snapshot.names(ObjectQuery(.group, in: places.bucket)), ["team"])
        try expectEqual(try snapshot.names(ObjectQuery(.record, in: 987_654)), [])
      }
      for limit in [0, 10_001] {
        try await expectProblem(.invalid, field: "limit") {
          try await fixture.read { try $0.list(ObjectQuery(.bucket, in: 0), limit: limit) }
        }
      }
      try await expectProblem(.invalid, field: "after") {
        try await fixture.read { try $0.list(ObjectQuery(.bucket, in: 0, after: ["a"]), limit: 1) }
      }
    },
    StoreConformanceCase("an account has what proves its password as long as it is there") { fixture in
      let account = try await fixture.write { transaction in
        let account = try transaction.insert(.account, "ada", in: 0, modified: 1, data: StoreFixture.data("ada", 1))
        try expectEqual(try transaction.passwordHash(of: account.row), nil)
        try transaction.setPasswordHash(of: account.row, to: "one")
        try transaction.setPasswordHash(of: account.row, to: "two")
        return account
      }
      try expectEqual(try await fixture.read { try $0.passwordHash(of: account.row) }, "two")
      let rest = try await fixture.write {
        try $0.delete(account.row, modified: 2, data: StoreFixture.remains("ada", 2))
      }
      for row in [account.row, rest.row] {
        try expectEqual(try await fixture.read { try $0.passwordHash(of: row) }, nil)
      }
      try await expectProblem(.notFound) { try await fixture.write { try $0.setPasswordHash(of: rest.row, to: "x") } }
    },
  ]
}
