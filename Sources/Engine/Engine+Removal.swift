import EventLoop
public import Model

extension Engine {
  /// Ends all runs of an instance that was removed, those that wait too, and returns when none of them goes on.
  ///
  /// - Parameter who: the words that their traces name, while there are any.
  public func endAll(of instance: ID<Instance>, by who: String) async {
    for (id, entry) in waiting {
      switch entry {
      case .caller(let ticket, _):
        if ticket.instance == instance { turnAway(id, .cancelled(by: who)) }
      case .owed(let ticket, _):
        guard ticket.instance == instance else { continue }
        // The store has it as queued and never lets it start.
        waiting[id] = nil
        _ = queue.withdraw(ticket)
      }
    }
    // What is neither waiting nor live yet shows what it is when its claim has ended.
    for id in claims where claims.contains(id) {
      await waitForClaim(of: id)
    }
    let goingOn = live.filter { $0.value.plan.instance.id == instance }
    for execution in goingOn.values { execution.intervene(.cancelled(by: who)) }
    for id in goingOn.keys where live[id] != nil {
      await waitForEnd(of: id)
    }
  }
}
