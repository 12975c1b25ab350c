import Model
import Store

extension StoreConformance {
  static let recordDeletionCases: [StoreConformanceCase] = [
    StoreConformanceCase("with a bucket goes all below it at once, and nothing of it comes back") { fixture in
      let (places, other) = (try await fixture.places(), try await fixture.places("other"))
      let address = "/buckets/shop/groups/team"
      try await fixture.write { transaction in
        for each in [places, other] {
          try transaction.setMembers(of: each.group, to: ["account:ada"])
          try transaction.setAccessLists(of: each.recordClass, to: [.write: [address]])
          for number in 1...9 {
            try transaction.add("r\(number)", to: each.recordClass, at: Int64(number), lists: [.read: ["account:ada"]])
          }
          try transaction.setIndexedFields(of: each.recordClass, to: [IndexedField(name: "x", isUnique: false)])
          try transaction.appendHistory(fixture.entry(1), of: each.bucket)
          try transaction.setTimestamp(of: .recordClass, in: each.bucket, to: 50)
        }
      }
      let rest = try await fixture.write {
        try $0.delete(places.bucket, modified: 9, data: StoreFixture.remains("shop", 9))
      }
      let check: @Sendable () async throws -> Void = {
        try await fixture.read { snapshot in
          for bucket in [places.bucket, rest.row] {
            try expectEqual(try snapshot.object(.recordClass, "notes", in: bucket), nil)
            try expectEqual(try snapshot.names(ObjectQuery(.group, in: bucket)), [])
            try expectEqual(try snapshot.count(ObjectQuery(.recordClass, in: bucket)), 0)
            try expectEqual(try snapshot.timestamp(of: .recordClass, in: bucket), nil)
            try expectEqual(try snapshot.history(of: bucket, after: 0, readers: nil, limit: 9).count, 0)
          }
          try expectEqual(try snapshot.object(.record, "r1", in: places.recordClass), nil)
          try expectEqual(try snapshot.names(ObjectQuery(.record, in: places.recordClass)), [])
          try expectEqual(try snapshot.count(ObjectQuery(.record, in: places.recordClass)), 0)
          let principals = try snapshot.principals(of: "account:ada")
          try expect(!principals.names.contains(address), "its groups are no more")
          try expectEqual(try snapshot.grants(to: principals, on: [other.recordClass]), [:])
          try expectEqual(try snapshot.accessLists(of: other.recordClass), [:])
          try expectEqual(try snapshot.names(ObjectQuery(.record, in: other.recordClass)).count, 9)
          try expectEqual(try snapshot.history(of: other.bucket, after: 0, readers: nil, limit: 9).count, 1)
        }
      }
      try await check()
      for parent in [places.bucket, places.recordClass] {
        try await expectProblem(.notFound) {
          try await fixture.write {
            try $0.insert(parent == places.bucket ? .group : .record, "x", in: parent, modified: 10, data: [])
          }
        }
      }
      // A new bucket of that name is another one.
      let again = try await fixture.places()
      try expect(again.bucket != places.bucket && again.bucket != rest.row, "no row comes again")
      try await check()
      var steps: [Int] = []
      while steps.last != 0, steps.count < 200 { steps.append(try await fixture.store.records.clear(limit: 3)) }
      try expect(steps.last == 0 && steps.allSatisfy { $0 <= 3 } && steps.reduce(0, +) > 25, "in steps: \(steps)")
      try await check()
      try expectEqual(try await fixture.read { try $0.names(ObjectQuery(.group, in: again.bucket)) }, ["team"])
      for limit in [0, 10_001] {
        try await expectProblem(.invalid, field: "limit") { try await fixture.store.records.clear(limit: limit) }
      }
    },
    StoreConformanceCase("with a class go its records, and those of a new one of its name are others") { fixture in
      let places = try await fixture.places()
      try await fixture.write { transaction in
        try transaction.setIndexedFields(of: places.recordClass, to: [IndexedField(name: "x", isUnique: true)])
        for number in 1...9 {
          try transaction.add("r\(number)", to: places.recordClass, at: Int64(number), ["x": .int(Int64(number))])
        }
        _ = try transaction.delete(places.recordClass, modified: 99, data: StoreFixture.remains("notes", 99))
        try expectEqual(try transaction.object(.record, "r1", in: places.recordClass), nil)
        let again = try transaction.insert(.recordClass, "notes", in: places.bucket, modified: 100, data: [])
        try expectEqual(try transaction.names(ObjectQuery(.record, in: again.row)), [])
        try expectEqual(try transaction.timestamp(of: .record, in: again.row), nil)
        try transaction.setIndexedFields(of: again.row, to: [IndexedField(name: "x", isUnique: true)])
        try transaction.add("new", to: again.row, at: 101, ["x": 1])
      }
      try await fixture.write { transaction in
        let again = try require(try transaction.object(.recordClass, "notes", in: places.bucket), "it is there")
        try expectEqual(try transaction.names(ObjectQuery(.record, in: again.row)).count, 1)
      }
      while try await fixture.store.records.clear(limit: 10_000) > 0 {}
      try await fixture.read { snapshot in
        let again = try require(try snapshot.object(.recordClass, "notes", in: places.bucket), "it is there")
        try expectEqual(try snapshot.names(ObjectQuery(.record, in: again.row)).count, 1)
      }
    },
    StoreConformanceCase("everything can be deleted, and instances have empty buckets then") { fixture in
      let places = try await fixture.places()
      let main = try await fixture.write { transaction in
        try transaction.add("a", to: places.recordClass, at: 5, lists: [.read: ["account:ada"]])
        let account = try transaction.insert(.account, "ada", in: 0, modified: 1, data: [])
        try transaction.setPasswordHash(of: account.row, to: "x")
        try transaction.setMembers(of: places.group, to: ["account:ada"])
        try transaction.appendHistory(fixture.entry(1), of: places.bucket)
        let main = try require(try transaction.object(.bucket, "main", in: 0), "the instance has a bucket")
        _ = try transaction.insert(.recordClass, "c", in: main.row, modified: 1, data: [])
        try transaction.flush()
        return main
      }
      try await fixture.read { snapshot in
        try expectEqual(try snapshot.names(ObjectQuery(.bucket, in: 0, includesDeleted: true)), ["main"])
        try expectEqual(try snapshot.count(ObjectQuery(.bucket, in: 0)), 1)
        let again = try require(try snapshot.object(.bucket, "main", in: 0), "it is there")
        try expect(again.row != main.row && again.modified > main.modified, "it is another")
        try expectEqual(try snapshot.instance(of: again.row), fixture.instance.id)
        try expectEqual(try snapshot.names(ObjectQuery(.account, in: 0)), [])
        try expectEqual(try snapshot.names(ObjectQuery(.recordClass, in: again.row)), [])
        let principals = try snapshot.principals(of: "account:ada")
        try expectEqual(principals.names.count, 3)
        try expectEqual(try snapshot.shared(with: principals, after: 0, limit: 9).count, 0)
      }
    },
  ]
}

extension StoreFixture {
  /// An entry of a history.
  func entry(_ number: Int, readers: Set<String> = []) -> HistoryEntry {
    HistoryEntry(
      id: "e\(number)", modified: Int64(number), action: .create, time: time(number), user: nil, kind: .record,
      name: "r\(number)", recordClass: "notes", data: Self.data("r\(number)", 1), permissions: [:], readers: readers)
  }
}
