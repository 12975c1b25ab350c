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
      try await fixture.store.keys.insert(own, by: "host")
      try await fixture.store.keys.insert(whole, by: "host")
      try expectEqual(try await fixture.store.keys.find(hash: own.hash), own)
      try expectEqual(try await fixture.store.keys.find(hash: whole.hash), whole)
      try expectEqual(try await fixture.store.keys.find(hash: [1]), nil)
      try expectEqual(try await fixture.store.keys.list(instance: fixture.instance.id), [own.key])
      try expectEqual(try await fixture.store.keys.list(instance: nil), [own.key, whole.key])
      try expect(try await fixture.store.keys.remove(own.key.id, by: "key:1", at: fixture.time(2)), "it was there")
      try expect(
        !(try await fixture.store.keys.remove(own.key.id, by: "key:1", at: fixture.time(2))), "it is removed once")
      try expectEqual(try await fixture.store.keys.find(hash: own.hash), nil)
      let events = try await fixture.store.events.list(EventFilter(instance: fixture.instance.id), limit: 10)
      try expectEqual(events.map(\.kind), ["key.created", "key.removed"])
      try expectEqual(events.map(\.actor), ["host", "key:1"])
      try expectEqual(events.map(\.subject), [own.key.id.text, own.key.id.text])
      try expectEqual(events.last?.time, fixture.time(2))
      try expectEqual(events.last?.data["name"], "ci")
      let hostEvents = try await fixture.store.events.list(EventFilter(instance: nil, kind: "key"), limit: 10)
      try expectEqual(hostEvents.map(\.subject), [whole.key.id.text])
    },
    StoreConformanceCase("no two keys have one hash, and a key's instance is there") { fixture in
      let key = { (instance: ID<Instance>?, hash: UInt8) in
        StoredKey(
          key: Key(
            id: ID(at: fixture.start), instance: instance, name: "k", role: .viewer, prefix: "grk_",
            createdAt: fixture.start), hash: [hash])
      }
      try await fixture.store.keys.insert(key(nil, 1), by: "host")
      try await expectProblem(.conflict) { try await fixture.store.keys.insert(key(nil, 1), by: "host") }
      try await expectProblem(.notFound) {
        try await fixture.store.keys.insert(key(ID(at: fixture.start), 2), by: "host")
      }
    },
    StoreConformanceCase("keys come in pages, each of them once") { fixture in
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      var keys: [Key] = []
      for number in 0..<5 {
        let key = Key(
          id: ID(at: fixture.time(number)), instance: number == 2 ? other.id : fixture.instance.id, name: "k",
          role: .viewer, prefix: "grk_", createdAt: fixture.time(number))
        try await fixture.store.keys.insert(StoredKey(key: key, hash: [UInt8(number)]), by: "host")
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
