import Model
import Store

extension StoreConformance {
  static let eventCases: [StoreConformanceCase] = [
    StoreConformanceCase("events are numbered per instance and read on from a position") { fixture in
      let other = try await fixture.store.instances.create(name: "other", at: fixture.start)
      let event = { (instance: ID<Instance>, kind: String) in
        Event(
          instance: instance, time: fixture.start, kind: kind, subject: "it", actor: "key:1", data: ["a": [1, nil]])
      }
      let first = try await fixture.store.events.append(event(fixture.instance.id, "a"))
      let theirs = try await fixture.store.events.append(event(other.id, "b"))
      let second = try await fixture.store.events.append(event(fixture.instance.id, "c"))
      let third = try await fixture.store.events.append(
        Event(instance: fixture.instance.id, time: fixture.start, kind: "d", actor: "host"))
      try expectEqual([first.sequence, theirs.sequence, second.sequence, third.sequence], [1, 1, 2, 3])
      let list = { (after: Int64, limit: Int) in
        try await fixture.store.events.list(instance: fixture.instance.id, after: after, limit: limit)
      }
      try expectEqual(try await list(0, 10), [first, second, third])
      try expectEqual(try await list(1, 1), [second])
      try expectEqual(try await list(3, 10), [])
      try await expectProblem(.invalid, field: "limit") { try await list(0, 0) }
      try await expectProblem(.notFound) { try await fixture.store.events.append(event(ID(at: fixture.start), "e")) }
    },
    StoreConformanceCase("what belongs to no instance has a feed of its own") { fixture in
      let host = Event(instance: nil, time: fixture.start, kind: "key.created", actor: "host")
      let own = Event(instance: fixture.instance.id, time: fixture.start, kind: "a", actor: "host")
      let first = try await fixture.store.events.append(host)
      let theirs = try await fixture.store.events.append(own)
      let second = try await fixture.store.events.append(host)
      // The first is that of the instance's own making.
      try expectEqual([first.sequence, theirs.sequence, second.sequence], [2, 1, 3])
      try expectEqual(
        try await fixture.store.events.list(EventFilter(instance: nil, after: 1), limit: 10), [first, second])
      try expectEqual(
        try await fixture.store.events.list(EventFilter(instance: fixture.instance.id), limit: 10), [theirs])
    },
    StoreConformanceCase("events are found by kind, by the beginning of a kind, and from the end") { fixture in
      let kinds = ["hook.deployed", "hooked", "hook.removed", "run.lost", "hook"]
      for kind in kinds {
        _ = try await fixture.store.events.append(
          Event(instance: fixture.instance.id, time: fixture.start, kind: kind, actor: "host"))
      }
      let found = { (kind: String?, newest: Bool, limit: Int) in
        try await fixture.store.events.list(
          EventFilter(instance: fixture.instance.id, kind: kind, newest: newest), limit: limit
        ).map(\.kind)
      }
      try expectEqual(try await found("hook", false, 10), ["hook.deployed", "hook.removed", "hook"])
      try expectEqual(try await found("hook.removed", false, 10), ["hook.removed"])
      try expectEqual(try await found("ho%", false, 10), [])
      try expectEqual(try await found("hook", true, 2), ["hook.removed", "hook"])
      try expectEqual(try await found(nil, true, 2), ["run.lost", "hook"])
    },
    StoreConformanceCase("who waits for events is told once they are on the disk, whatever change wrote them") {
      fixture in
      let arrivals = fixture.store.events.arrivals()
      var waiter = arrivals.makeAsyncIterator()
      let hook = try await fixture.deploy()
      _ = await waiter.next()
      try expectEqual(
        try await fixture.store.events.list(EventFilter(instance: fixture.instance.id), limit: 9).count, 1)
      // A change without an event says nothing, so the next word is that of the removal.
      _ = try await fixture.store.runs.enqueue(fixture.run(hook: hook), RunBodies())
      async let next: Void? = waiter.next()
      _ = try await fixture.store.hooks.remove(hook.id, at: fixture.time(1))
      _ = await next
      try expectEqual(
        try await fixture.store.events.list(EventFilter(instance: fixture.instance.id), limit: 9).map(\.kind),
        ["hook.deployed", "hook.removed"])
    },
  ]
}
