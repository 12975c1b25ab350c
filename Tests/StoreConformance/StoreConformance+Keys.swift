import Model
import Store

extension StoreConformance {
  static let keyCases: [StoreConformanceCase] = [
    StoreConformanceCase("a key is found by its hash, listed by instance, and removed once") { fixture in
      let own = StoredKey(
        key: Key(
          id: ID(at: fixture.start), instance: fixture.instance.id, name: "ci", role: .editor, prefix: "grk_abc",
          createdAt: fixture.start, expiresAt: fixture.time(9)),
        hash: Array(repeating: 1, count: 32), sealed: [1, 2, 3])
      let whole = StoredKey(
        key: Key(
          id: ID(at: fixture.time(1)), instance: nil, name: "admin", role: .admin, prefix: "grk_def",
          createdAt: fixture.time(1)),
        hash: Array(repeating: 2, count: 32))
      try await fixture.store.keys.insert(own)
      try await fixture.store.keys.insert(whole)
      try expectEqual(try await fixture.store.keys.find(hash: own.hash), own)
      try expectEqual(try await fixture.store.keys.find(hash: whole.hash), whole)
      try expectEqual(try await fixture.store.keys.find(hash: [1]), nil)
      try expectEqual(try await fixture.store.keys.list(instance: fixture.instance.id), [own.key])
      try expectEqual(try await fixture.store.keys.list(instance: nil), [own.key, whole.key])
      try expect(try await fixture.store.keys.remove(own.key.id), "it was there")
      try expect(!(try await fixture.store.keys.remove(own.key.id)), "it is removed once")
      try expectEqual(try await fixture.store.keys.find(hash: own.hash), nil)
    },
    StoreConformanceCase("no two keys have one hash, and a key's instance is there") { fixture in
      let key = { (instance: ID<Instance>?, hash: UInt8) in
        StoredKey(
          key: Key(
            id: ID(at: fixture.start), instance: instance, name: "k", role: .viewer, prefix: "grk_",
            createdAt: fixture.start), hash: [hash])
      }
      try await fixture.store.keys.insert(key(nil, 1))
      try await expectProblem(.conflict) { try await fixture.store.keys.insert(key(nil, 1)) }
      try await expectProblem(.notFound) { try await fixture.store.keys.insert(key(ID(at: fixture.start), 2)) }
    },
    StoreConformanceCase("keys come in pages, each of them once") { fixture in
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      var keys: [Key] = []
      for number in 0..<5 {
        let key = Key(
          id: ID(at: fixture.time(number)), instance: number == 2 ? other.id : fixture.instance.id, name: "k",
          role: .viewer, prefix: "grk_", createdAt: fixture.time(number))
        try await fixture.store.keys.insert(StoredKey(key: key, hash: [UInt8(number)]))
        keys.append(key)
      }
      let store = fixture.store.keys
      try expectEqual(try await store.list(instance: nil, after: nil, limit: 3), Array(keys[..<3]))
      try expectEqual(try await store.list(instance: nil, after: keys[2].id, limit: 3), Array(keys[3...]))
      try expectEqual(try await store.list(instance: nil, after: keys[4].id, limit: 3), [])
      try expectEqual(
        try await store.list(instance: fixture.instance.id, after: keys[0].id, limit: 2), [keys[1], keys[3]])
    },
  ]
}
