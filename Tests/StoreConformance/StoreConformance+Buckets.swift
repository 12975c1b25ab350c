import Model
import Store

extension StoreConformance {
  static let bucketCases: [StoreConformanceCase] = [
    StoreConformanceCase("an instance has a bucket of its name, which goes where it goes") { fixture in
      let shop = try await fixture.store.instances.create(name: "shop", by: "key:1", at: fixture.time(1))
      let made = try await fixture.read { snapshot in
        let bucket = try require(try snapshot.object(.bucket, "shop", in: 0), "the instance has a bucket")
        try expectEqual(try snapshot.instance(of: bucket.row), shop.id)
        try expectEqual(bucket.data, StoreFixture.data("shop", bucket.modified))
        try expectEqual(bucket.modified, fixture.time(1).microseconds / 1000)
        try expectEqual(try snapshot.timestamp(of: .bucket, in: 0), bucket.modified)
        try expectEqual(try snapshot.accessLists(of: bucket.row), [:])
        return bucket
      }
      let group = try await fixture.write { transaction in
        let group = try transaction.insert(.group, "team", in: made.row, modified: 1, data: [])
        try transaction.setMembers(of: group.row, to: ["account:ada"])
        let free = try transaction.insert(.bucket, "free", in: 0, modified: made.modified + 1, data: [])
        try transaction.setTimestamp(of: .bucket, in: 0, to: made.modified + 1)
        // Rights of a group that is there, and of groups that are not.
        try transaction.setAccessLists(of: free.row, to: [.read: ["/buckets/shop/groups/team"]])
        try transaction.setAccessLists(of: made.row, to: [.write: ["/buckets/store/groups/team", "account:ada"]])
        return group
      }
      _ = try await fixture.store.instances.rename(shop.id, to: "store", by: "key:1", at: fixture.time(2))
      try await fixture.read { snapshot in
        let bucket = try require(try snapshot.object(.bucket, "store", in: 0), "it has another name")
        try expectEqual(bucket.row, made.row)
        try expect(bucket.modified > made.modified, "it was changed")
        try expectEqual(bucket.data, StoreFixture.data("store", bucket.modified))
        try expectEqual(try snapshot.instance(of: bucket.row), shop.id)
        let former = try require(try snapshot.object(.bucket, "shop", in: 0), "its former name is left")
        try expect(former.isDeleted && former.modified > bucket.modified, "as one that was deleted")
        try expectEqual(try snapshot.timestamp(of: .bucket, in: 0), former.modified)
        try expectEqual(try snapshot.count(ObjectQuery(.bucket, in: 0)), 3)
        let principals = try snapshot.principals(of: "account:ada")
        try expect(principals.names.contains("/buckets/store/groups/team"), "its groups follow: \(principals)")
        let free = try require(try snapshot.object(.bucket, "free", in: 0), "it is there")
        try expectEqual(try snapshot.accessLists(of: free.row), [.read: ["/buckets/store/groups/team"]])
        try expectEqual(try snapshot.grants(to: principals, on: [free.row])[free.row], [.read])
        // What was meant for another group of that address is not this one's.
        try expectEqual(try snapshot.accessLists(of: bucket.row), [.write: ["account:ada"]])
        try expectEqual(try snapshot.object(.group, "team", in: bucket.row)?.row, group.row)
      }
      try await expectProblem(.conflict) {
        try await fixture.write { try $0.delete(made.row, modified: 1, data: []) }
      }
      try expect(
        try await fixture.store.instances.remove(shop.id, by: "key:1", at: fixture.time(3)), "the instance was there")
      try await fixture.read { snapshot in
        let rest = try require(try snapshot.object(.bucket, "store", in: 0), "something of it is left")
        try expect(rest.isDeleted && rest.row != made.row, "it was deleted")
        try expectEqual(rest.data, StoreFixture.remains("store", rest.modified))
        try expectEqual(try snapshot.object(.group, "team", in: made.row), nil)
        try expectEqual(try snapshot.principals(of: "account:ada").names.count, 3)
        try expectEqual(try snapshot.instance(of: made.row), nil)
      }
      let next = try await fixture.store.instances.create(name: "store", by: "key:1", at: fixture.time(4))
      try await fixture.read { snapshot in
        let bucket = try require(try snapshot.object(.bucket, "store", in: 0), "a new instance has a new bucket")
        try expectEqual(try snapshot.instance(of: bucket.row), next.id)
        try expect(bucket.row != made.row, "it is another")
      }
    },
    StoreConformanceCase("the name of a bucket is no instance's, unless it is tied to it") { fixture in
      let bucket = try await fixture.write { try $0.insert(.bucket, "free", in: 0, modified: 1, data: []) }
      try await expectProblem(.conflict, field: "name") {
        try await fixture.store.instances.create(name: "free", at: fixture.time(1))
      }
      try expectEqual(try await fixture.store.instances.find(name: "free"), nil)
      try await expectProblem(.conflict, field: "name") {
        try await fixture.store.instances.rename(fixture.instance.id, to: "free", by: "host", at: fixture.time(1))
      }
      try expectEqual(try await fixture.store.instances.find(name: "main"), fixture.instance)
      try await expectProblem(.conflict) {
        try await fixture.write { try $0.tie(bucket: bucket.row, to: fixture.instance.id) }
      }
      try await expectProblem(.notFound) {
        try await fixture.write { try $0.tie(bucket: 12_345, to: ID(at: fixture.start)) }
      }
      try expectEqual(try await fixture.read { try $0.instance(of: bucket.row) }, nil)
      _ = try await fixture.write { try $0.delete(bucket.row, modified: 2, data: StoreFixture.remains("free", 2)) }
      _ = try await fixture.store.instances.create(name: "free", at: fixture.time(1))
    },
  ]
}
