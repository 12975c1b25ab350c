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
    }
  ]
}
