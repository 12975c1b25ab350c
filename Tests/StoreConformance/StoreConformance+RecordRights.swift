import Model
import Store

extension StoreConformance {
  static let recordRightsCases: [StoreConformanceCase] = [
    StoreConformanceCase("access lists are replaced as a whole, and give to principals what they say") { fixture in
      let places = try await fixture.places()
      let lists: AccessLists = [
        .read: ["system.Everyone", "account:bob"], .write: ["account:ada"], .createRecord: ["é"],
      ]
      try await fixture.write { try $0.setAccessLists(of: places.recordClass, to: [.read: ["account:old"]]) }
      try await fixture.write { try $0.setAccessLists(of: places.recordClass, to: lists) }
      try await fixture.write { try $0.setAccessLists(of: places.bucket, to: [.read: ["account:ada"]]) }
      try await fixture.read { snapshot in
        try expectEqual(try snapshot.accessLists(of: places.recordClass), lists)
        let rows = [places.bucket, places.recordClass, places.group]
        for (user, expected) in [
          ("account:ada", [places.bucket: [.read], places.recordClass: [.read, .write]]),
          ("account:bob", [places.recordClass: [.read]]), ("account:old", [places.recordClass: [.read]]),
          ("account:new", [places.recordClass: [.read]]), ("é", [places.recordClass: [.read, .createRecord]]),
          (nil, [places.recordClass: [.read]]),
        ] as [(String?, [Int64: Set<DataPermission>])] {
          try expectEqual(try snapshot.grants(to: snapshot.principals(of: user), on: rows), expected)
        }
        try expectEqual(try snapshot.grants(to: PrincipalSet(names: [], rows: []), on: rows), [:])
        try expectEqual(try snapshot.grants(to: snapshot.principals(of: nil), on: []), [:])
        // Many of both.
        let many = PrincipalSet(names: [], rows: Array(1...100))
        try expectEqual(
          try snapshot.grants(to: many, on: Array(1...100))[places.recordClass], [.read, .write, .createRecord])
      }
      try await fixture.write { try $0.setAccessLists(of: places.recordClass, to: [:]) }
      try expectEqual(try await fixture.read { try $0.accessLists(of: places.recordClass) }, [:])
    },
    StoreConformanceCase("a user stands for the groups that name them or everybody who is known") { fixture in
      let places = try await fixture.places()
      let address = "/buckets/shop/groups/team"
      try await fixture.write { transaction in
        try transaction.setMembers(of: places.group, to: ["account:old", "account:ada"])
        try transaction.setMembers(of: places.group, to: ["account:ada", "account:bob"])
        let all = try transaction.insert(
          .group, "all", in: places.bucket, modified: 9, data: StoreFixture.data("all", 9))
        try transaction.setMembers(of: all.row, to: ["system.Authenticated", "account:ada"])
        try transaction.setAccessLists(of: places.recordClass, to: [.write: [address]])
      }
      try await fixture.read { snapshot in
        let all = "/buckets/shop/groups/all"
        for (user, expected) in [
          ("account:ada", ["system.Everyone", "system.Authenticated", "account:ada", address, all]),
          ("account:bob", ["system.Everyone", "system.Authenticated", "account:bob", address, all]),
          ("account:old", ["system.Everyone", "system.Authenticated", "account:old", all]), (nil, ["system.Everyone"]),
        ] as [(String?, [String])] {
          let principals = try snapshot.principals(of: user)
          try expectEqual(principals.names.sorted(), expected.sorted())
          let grants = try snapshot.grants(to: principals, on: [places.recordClass])
          try expectEqual(grants, expected.contains(address) ? [places.recordClass: [.write]] : [:])
        }
      }
      try await expectProblem(.notFound) { try await fixture.write { try $0.setMembers(of: places.bucket, to: []) } }
    },
    StoreConformanceCase("with a group die all rights that were given to it") { fixture in
      let places = try await fixture.places()
      let address = "/buckets/shop/groups/team"
      try await fixture.write { transaction in
        try transaction.setMembers(of: places.group, to: ["account:ada"])
        try transaction.setAccessLists(of: places.recordClass, to: [.write: [address, "account:bob"]])
        try transaction.add("a", to: places.recordClass, at: 5, lists: [.read: [address]])
      }
      _ = try await fixture.write {
        try $0.delete(places.group, modified: 9, data: StoreFixture.remains("team", 9))
      }
      let check: @Sendable () async throws -> Void = {
        try await fixture.read { snapshot in
          let principals = try snapshot.principals(of: "account:ada")
          let record = try require(try snapshot.object(.record, "a", in: places.recordClass), "the record is there")
          try expectEqual(try snapshot.grants(to: principals, on: [places.recordClass, record.row]), [:])
          try expectEqual(try snapshot.accessLists(of: places.recordClass), [.write: ["account:bob"]])
          try expectEqual(try snapshot.accessLists(of: record.row), [:])
        }
      }
      try await check()
      // Another group of that name, with another member, has nothing of it, before and after the sweep.
      try await fixture.write { transaction in
        let group = try transaction.insert(.group, "team", in: places.bucket, modified: 10, data: [])
        try transaction.setMembers(of: group.row, to: ["account:ada"])
      }
      try await check()
      while try await fixture.store.records.clear(limit: 1) > 0 {}
      try await check()
      let names = try await fixture.read { try $0.principals(of: "account:ada").names }
      try expect(names.contains(address), "the new group is one")
    },
    StoreConformanceCase("a list shows of what is shared what the permissions say") { fixture in
      let places = try await fixture.places()
      try await fixture.write { transaction in
        for number in 1...40 {
          let lists: AccessLists =
            switch number % 4 {
            case 0: [.read: ["account:ada"]]
            case 1: [.write: ["account:ada", "system.Everyone"]]
            case 2: [.read: ["account:bob"]]
            default: [:]
            }
          try transaction.add(
            "r\(number)", to: places.recordClass, at: Int64(number), ["n": .int(Int64(number))], lists: lists)
        }
        // In another list.
        let other = try transaction.insert(.recordClass, "others", in: places.bucket, modified: 9, data: [])
        try transaction.add("x", to: other.row, at: 1, lists: [.read: ["account:ada"]])
      }
      try await fixture.read { snapshot in
        let ada = try snapshot.principals(of: "account:ada")
        var query = ObjectQuery(.record, in: places.recordClass, visibility: .shared(with: ada, by: [.read, .write]))
        let expected = (1...40).filter { $0 % 4 < 2 }.reversed().map { "r\($0)" }
        try expectEqual(try snapshot.names(query), expected)
        try expectEqual(try snapshot.count(query), 20)
        let page = try snapshot.list(query, limit: 7)
        try expectEqual(page.objects.map(\.name), Array(expected[..<7]))
        query.after = page.next
        try expectEqual(try snapshot.names(query), Array(expected[7...]))
        query.after = nil
        query.visibility = .shared(with: ada, by: [.write])
        try expectEqual(try snapshot.count(query), 10)
        query.filters = [FieldFilter(.member("n"), .less(10))]
        try expectEqual(try snapshot.names(query), ["r9", "r5", "r1"])
        query.visibility = .shared(with: try snapshot.principals(of: nil), by: [.read])
        try expectEqual(try snapshot.names(query), [])
        query.visibility = .shared(with: PrincipalSet(names: [], rows: []), by: [.read])
        try expectEqual(try snapshot.count(query), 0)
        // What is left of a deleted object is nobody's.
        query.visibility = .shared(with: ada, by: [.read, .write])
        (query.filters, query.includesDeleted) = ([], true)
        try expectEqual(try snapshot.names(query).count, 20)
      }
    },
    StoreConformanceCase("everything that names a principal is found, a part at a time") { fixture in
      let places = try await fixture.places()
      let record = try await fixture.write { transaction in
        try transaction.setAccessLists(of: places.bucket, to: [.read: ["account:ada"], .write: ["account:bob"]])
        try transaction.setAccessLists(of: places.group, to: [.write: ["account:ada"]])
        try transaction.setAccessLists(of: places.recordClass, to: [.createRecord: ["account:bob"]])
        let account = try transaction.insert(.account, "ada", in: 0, modified: 1, data: [])
        try transaction.setAccessLists(of: account.row, to: [.write: ["account:ada"]])
        return try transaction.add(
          "r", to: places.recordClass, at: 1,
          lists: [.read: ["account:ada", "system.Everyone"], .write: ["account:ada"]])
      }
      try await fixture.read { snapshot in
        let ada = try snapshot.principals(of: "account:ada")
        var (found, row): ([SharedObject], Int64) = ([], 0)
        while case let part = try snapshot.shared(with: ada, after: row, limit: 2), let last = part.last {
          try expect(part.count <= 2 && part.map(\.row) == part.map(\.row).sorted(), "in order: \(part)")
          found += part.map(\.object)
          row = last.row
        }
        try expectEqual(
          Set(found),
          [
            SharedObject(kind: .bucket, name: "shop", bucket: nil, recordClass: nil, permissions: [.read]),
            SharedObject(kind: .group, name: "team", bucket: "shop", recordClass: nil, permissions: [.write]),
            SharedObject(kind: .account, name: "ada", bucket: nil, recordClass: nil, permissions: [.write]),
            SharedObject(
              kind: .record, name: "r", bucket: "shop", recordClass: "notes", permissions: [.read, .write]),
          ])
        try expectEqual(found.count, 4)
        try expectEqual(row, record.row)
        try expectEqual(try snapshot.shared(with: PrincipalSet(names: [], rows: []), after: 0, limit: 9).count, 0)
      }
      try await fixture.write {
        _ = try $0.delete(places.bucket, modified: 99, data: StoreFixture.remains("shop", 99))
      }
      try await fixture.read { snapshot in
        let rest = try snapshot.shared(with: snapshot.principals(of: "account:ada"), after: 0, limit: 9)
        try expectEqual(rest.map(\.object.name), ["ada"])
      }
    },
  ]
}
