import Model
import Store

extension StoreConformance {
  static let recordChangeCases: [StoreConformanceCase] = [
    StoreConformanceCase("what fails changes nothing, as a whole or in part") { fixture in
      let places = try await fixture.places()
      struct Refused: Error {}
      do {
        try await fixture.write { transaction in
          try transaction.add("a", to: places.recordClass, at: 1)
          throw Refused()
        }
        throw ConformanceFailure(message: "nothing was thrown", file: #fileID, line: #line)
      } catch is Refused {}
      let row = try await fixture.write { transaction in
        try transaction.add("b", to: places.recordClass, at: 2, lists: [.read: ["x"]])
        do {
          try transaction.attempt {
            try transaction.add("c", to: places.recordClass, at: 3)
            try transaction.attempt { try transaction.setTimestamp(of: .record, in: places.recordClass, to: 99) }
            throw Refused()
          }
        } catch is Refused {}
        return try transaction.attempt { try transaction.add("d", to: places.recordClass, at: 4) }.row
      }
      try await fixture.read { snapshot in
        try expectEqual(try snapshot.names(ObjectQuery(.record, in: places.recordClass)), ["d", "b"])
        try expectEqual(try snapshot.object(.record, "d", in: places.recordClass)?.row, row)
        try expectEqual(try snapshot.timestamp(of: .record, in: places.recordClass), 4)
        try expectEqual(try snapshot.count(ObjectQuery(.record, in: places.recordClass)), 2)
      }
    },
    StoreConformanceCase("a change and the run that it causes are there together or not at all") { fixture in
      let places = try await fixture.places()
      let run = fixture.run(1)
      let stored = try await fixture.write { transaction in
        try transaction.add("a", to: places.recordClass, at: 1)
        return try transaction.enqueue(run, RunBodies(payload: ["x": 1]))
      }
      try expectEqual(stored.serial, 1)
      let queued = try await fixture.store.runs.queued(limit: 9)
      try expectEqual(queued.map(\.run), [stored])
      try expectEqual(queued.map(\.bodies.payload), [["x": 1]])
      try await expectProblem(.invalid, field: "status") {
        try await fixture.write { try $0.enqueue(fixture.run(2, status: .failed), RunBodies()) }
      }
      try await expectProblem(.conflict) {
        try await fixture.write { transaction in
          _ = try transaction.enqueue(fixture.run(3), RunBodies())
          try transaction.add("a", to: places.recordClass, at: 1)
        }
      }
      try expectEqual(try await fixture.store.runs.queued(limit: 9).count, 1)
    },
    StoreConformanceCase("those who wait for changes of records are told of them") { fixture in
      let places = try await fixture.places()
      var arrivals = fixture.store.records.arrivals().makeAsyncIterator()
      let record = try await fixture.write { try $0.add("a", to: places.recordClass, at: 1) }
      _ = await arrivals.next()
      try await fixture.write { try $0.replace(record.row, modified: 2, data: StoreFixture.data("a", 2)) }
      _ = await arrivals.next()
      _ = try await fixture.write { try $0.delete(record.row, modified: 3, data: StoreFixture.remains("a", 3)) }
      _ = await arrivals.next()
    },
    StoreConformanceCase("a history is kept in its order, for those who could read then") { fixture in
      let places = try await fixture.places()
      var entry = fixture.entry(3, readers: ["account:ada", "/buckets/shop/groups/team"])
      entry.user = "account:ada"
      (entry.action, entry.kind, entry.recordClass) = (.delete, .group, nil)
      entry.permissions = [.read: ["a", "b"], .write: ["c"]]
      let entries = [fixture.entry(1, readers: ["system.Everyone"]), fixture.entry(2), entry]
      try await fixture.write { transaction in
        for entry in entries { try transaction.appendHistory(entry, of: places.bucket) }
        try transaction.setMembers(of: places.group, to: ["account:bob"])
      }
      let found: @Sendable (String?) async throws -> [String] = { user in
        try await fixture.read { snapshot in
          let readers = try snapshot.principals(of: user)
          return try snapshot.history(of: places.bucket, after: 0, readers: readers, limit: 9).map(\.id)
        }
      }
      try await fixture.read { snapshot in
        let all = try snapshot.history(of: places.bucket, after: 0, readers: nil, limit: 9)
        try expectEqual(all, entries)
        try expectEqual(try snapshot.history(of: places.bucket, after: 1, readers: nil, limit: 1), [entries[1]])
        try expectEqual(try snapshot.history(of: places.recordClass, after: 0, readers: nil, limit: 9), [])
        let nobody = PrincipalSet(names: [], rows: [])
        try expectEqual(try snapshot.history(of: places.bucket, after: 0, readers: nobody, limit: 9), [])
      }
      try expectEqual(try await found("account:ada"), ["e1", "e3"])
      try expectEqual(try await found("account:bob"), ["e1", "e3"])
      try expectEqual(try await found(nil), ["e1"])
      try await expectProblem(.conflict) {
        try await fixture.write { try $0.appendHistory(fixture.entry(2), of: places.bucket) }
      }
      let gone = try await fixture.write { try $0.deleteHistory(of: places.bucket, ids: ["e1", "e3", "none"]) }
      try expectEqual(gone, 2)
      try expectEqual(
        try await fixture.read { try $0.history(of: places.bucket, after: 0, readers: nil, limit: 9) }, [entries[1]])
    },
    StoreConformanceCase("of a field that is unique no two records have the same value") { fixture in
      let places = try await fixture.places()
      let fields = [IndexedField(name: "mail", isUnique: true), IndexedField(name: "n", isUnique: false)]
      let first = try await fixture.write { transaction in
        let first = try transaction.add("a", to: places.recordClass, at: 1, ["mail": "x@y", "n": 1])
        try transaction.setIndexedFields(of: places.recordClass, to: fields)
        let values: [JSONValue?] = [.none, .some(.null), .none, .some(.null), "X@y", 1, [1], ["a": 1]]
        for (number, value) in values.enumerated() {
          let members: [String: JSONValue] = value.map { ["mail": $0, "n": 1] } ?? [:]
          try transaction.add("b\(number)", to: places.recordClass, at: Int64(10 + number), members)
        }
        return first
      }
      for value: JSONValue in ["x@y", 1.0, [1.0], ["a": 1.0]] {
        try await expectProblem(.conflict, field: "mail") {
          try await fixture.write { try $0.add("c", to: places.recordClass, at: 50, ["mail": value]) }
        }
      }
      try await expectProblem(.conflict, field: "mail") {
        try await fixture.write {
          try $0.replace(first.row, modified: 51, data: StoreFixture.data("a", 51, ["mail": "X@y"]))
        }
      }
      try await fixture.write { transaction in
        // Its own value is nobody else's.
        try transaction.replace(first.row, modified: 52, data: StoreFixture.data("a", 52, ["mail": "x@y"]))
        _ = try transaction.delete(first.row, modified: 53, data: StoreFixture.remains("a", 53))
        try transaction.add("c", to: places.recordClass, at: 54, ["mail": "x@y"])
      }
      try await expectProblem(.tooLarge, field: "mail") {
        let long = JSONValue.string(String(repeating: "a", count: 1000))
        try await fixture.write { try $0.add("d", to: places.recordClass, at: 55, ["mail": long]) }
      }
      try await expectProblem(.conflict, field: "n") {
        try await fixture.write {
          try $0.setIndexedFields(of: places.recordClass, to: [IndexedField(name: "n", isUnique: true)])
        }
      }
      // What is refused has changed nothing, and the transaction can go on.
      try await fixture.write { transaction in
        let before = try transaction.list(ObjectQuery(.record, in: places.recordClass), limit: 99).objects
        let other = try require(before.first { $0.name == "b0" }, "it is there")
        let refused: [() throws -> Void] = [
          { try transaction.add("z", to: places.recordClass, at: 60, ["mail": "x@y"]) },
          { try transaction.add("c", to: places.recordClass, at: 60) },
          { try transaction.replace(other.row, modified: 60, data: StoreFixture.data("b0", 60, ["mail": "x@y"])) },
          {
            try transaction.setIndexedFields(
              of: places.recordClass, to: [fields[0], IndexedField(name: "n", isUnique: true)])
          },
        ]
        for (number, change) in refused.enumerated() {
          do {
            try change()
            throw ConformanceFailure(message: "change \(number) was made", file: #fileID, line: #line)
          } catch is Problem {}
        }
        try expectEqual(try transaction.list(ObjectQuery(.record, in: places.recordClass), limit: 99).objects, before)
        try expectEqual(try transaction.count(ObjectQuery(.record, in: places.recordClass)), Int64(before.count))
        let query = ObjectQuery(.record, in: places.recordClass, filters: [FieldFilter(.member("n"), .equal(1))])
        try expectEqual(try transaction.names(query).count, 6)
      }
      // Without the field being unique, all goes.
      try await fixture.write { transaction in
        try transaction.setIndexedFields(of: places.recordClass, to: [])
        try transaction.add("e", to: places.recordClass, at: 56, ["mail": "x@y"])
      }
      let refused = [[fields[0], fields[0]], (0..<17).map { IndexedField(name: "f\($0)", isUnique: false) }]
      for list in refused {
        try await expectProblem(.invalid, field: "fields") {
          try await fixture.write { try $0.setIndexedFields(of: places.recordClass, to: list) }
        }
      }
      try await expectProblem(.notFound) {
        try await fixture.write { try $0.setIndexedFields(of: places.bucket, to: []) }
      }
    },
  ]
}
