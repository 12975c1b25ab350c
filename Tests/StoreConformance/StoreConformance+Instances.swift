import Model
import Store

extension StoreConformance {
  static let instanceCases: [StoreConformanceCase] = [
    StoreConformanceCase("an instance is found by name and by id") { fixture in
      let found = try await fixture.store.instances.find(name: "main")
      try expectEqual(found, fixture.instance)
      try expectEqual(try await fixture.store.instances.find(fixture.instance.id), fixture.instance)
      try expectEqual(try await fixture.store.instances.find(name: "other"), nil)
      try expectEqual(try await fixture.store.instances.find(ID(at: fixture.start)), nil)
    },
    StoreConformanceCase("instances are numbered from 1 and listed in that order") { fixture in
      let second = try await fixture.store.instances.create(name: "b", at: fixture.time(1))
      let third = try await fixture.store.instances.create(name: "a", at: fixture.time(2))
      try expectEqual([fixture.instance.serial, second.serial, third.serial], [1, 2, 3])
      try expectEqual(try await fixture.store.instances.list(), [fixture.instance, second, third])
      try expectEqual(try await fixture.store.instances.list(after: 0, limit: 2), [fixture.instance, second])
      try expectEqual(try await fixture.store.instances.list(after: 2, limit: 2), [third])
    },
    StoreConformanceCase("a name is taken once, and a refused instance takes no number") { fixture in
      try await expectProblem(.conflict, field: "name") {
        try await fixture.store.instances.create(name: "main", at: fixture.start)
      }
      let next = try await fixture.store.instances.create(name: "next", at: fixture.start)
      try expectEqual(next.serial, 2)
    },
    StoreConformanceCase("the making of an instance is an event of the host; a refused one is none") { fixture in
      let made = try await fixture.store.instances.create(name: "shop", by: "key:1", at: fixture.time(1))
      try await expectProblem(.conflict) {
        try await fixture.store.instances.create(name: "shop", by: "key:2", at: fixture.time(2))
      }
      let events = try await fixture.store.events.list(EventFilter(instance: nil), limit: 10)
      try expectEqual(events.map(\.kind), ["instance.created", "instance.created"])
      try expectEqual(events.map(\.subject), [fixture.instance.id.text, made.id.text])
      try expectEqual(events.map(\.actor), ["host", "key:1"])
      try expectEqual(events.map(\.time), [fixture.start, fixture.time(1)])
      try expectEqual(events.map(\.data), [["name": "main"], ["name": "shop"]])
    },
    StoreConformanceCase("an instance's name keeps the rule, and is not a reserved one") { fixture in
      for name in ["", "UPPER", "a/b", "-a", "api", String(repeating: "a", count: 64)] {
        try await expectProblem(.invalid, field: "name") {
          try await fixture.store.instances.create(name: name, at: fixture.start)
        }
      }
    },
  ]
}
