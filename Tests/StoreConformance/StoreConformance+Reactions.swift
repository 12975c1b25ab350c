import Model
import Store

/// What those add to a change of data who react to it.
extension StoreConformance {
  static let reactionCases: [StoreConformanceCase] = [
    StoreConformanceCase("a change of data lends its transaction to those who react to it") { fixture in
      let hook = try await fixture.deploy()
      _ = try await fixture.trigger(of: hook, TriggerDefinition(source: .recordClass("scores")))
      let (words, say) = AsyncStream.makeStream(of: String.self)
      let (instance, run, late) = (fixture.instance.id, fixture.run(1, hook: hook), fixture.run(2, hook: hook))
      let names = try await fixture.store.records.write(bytes: 9) { transaction in
        let reactions = try require(transaction as? any TriggerTransaction, "it is a transaction of triggers")
        reactions.afterCommit { say.yield("first") }
        do {
          try transaction.attempt {
            _ = try reactions.enqueue(late, RunBodies())
            reactions.afterCommit { say.yield("undone") }
            throw Problem(.invalid, "no")
          }
        } catch {}
        _ = try reactions.enqueue(run, RunBodies())
        reactions.afterCommit { say.yield("last") }
        return try reactions.triggers(of: instance).map(\.trigger.name)
      }
      say.finish()
      try expectEqual(names, ["go"])
      var heard: [String] = []
      for await word in words { heard.append(word) }
      try expectEqual(heard, ["first", "last"])
      try expectEqual(try await fixture.store.runs.queued(limit: 9).map(\.run.id), [run.id])
    },
    StoreConformanceCase("triggers of a disabled hook rest, but for those that must see a change before") { fixture in
      let hook = try await fixture.deploy()
      let after = try await fixture.trigger(of: hook, TriggerDefinition(source: .recordClass("scores")))
      let before = try await fixture.trigger(
        "before", of: hook, TriggerDefinition(source: .recordClass("scores"), moment: .before))
      let instance = fixture.instance.id
      let look = {
        try await fixture.store.triggers.write(bytes: 0) { try $0.triggers(of: instance).map(\.trigger.id) }
      }
      try expectEqual(try await look(), [after.id, before.id])
      _ = try await fixture.store.hooks.update(
        hook.id, enabled: false, name: nil, expected: nil, by: "test", at: fixture.time(1))
      try expectEqual(try await look(), [before.id])
      _ = try await fixture.store.triggers.update(
        before.id, definition: nil, isEnabled: false, expected: nil, by: "test", at: fixture.time(2))
      try expectEqual(try await look(), [])
    },
  ]
}
