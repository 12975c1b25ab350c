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
    }
  ]
}
