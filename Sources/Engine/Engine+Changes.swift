import Model
public import Records
public import Store

/// Runs that triggers start for changes of data.
extension Engine: ChangeObserver {
  public nonisolated func changed(_ change: RecordChange, in transaction: any RecordTransaction) throws {
    guard let (kind, name) = TriggeringFact.subject(of: change) else { return }
    guard let reactions = transaction as? any TriggerTransaction else {
      throw Problem(.internal, "the store lets nobody react to changes of data")
    }
    var instance: ID<Instance>?
    if let bucket = change.bucket {
      instance = try transaction.instance(of: bucket.row)
      guard instance != nil else { return }
    }
    // What nobody looks for is not even read.
    let isLookedFor = try reactions.triggers(of: instance).contains { active in
      let definition = active.trigger.definition
      return definition.moment == .after && definition.source.covers(kind, name)
        && definition.signals.contains(change.signal)
    }
    guard isLookedFor, let fact = try TriggeringFact(change, in: instance) else { return }
    try react(to: fact, in: reactions)
  }
}
