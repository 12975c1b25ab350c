import EventLoop
public import Model
import Store

extension Engine {
  /// Ends a run that waits or goes on, and returns it when its end is recorded.
  ///
  /// - Parameter who: the words that its trace names, such as `key ci`.
  /// - Throws: `Problem` `notFound`, or `conflict` if it has ended already.
  public func cancel(_ id: ID<Run>, by who: String) async throws -> Run {
    if let execution = live[id] {
      execution.intervene(.cancelled(by: who))
      await waitForEnd(of: id)
    } else if case .owed(let ticket, let insertion) = waiting[id] {
      waiting[id] = nil
      _ = queue.withdraw(ticket)
      _ = try await insertion?.value
      try await finishUnstarted(id, by: who)
    } else if claims.contains(id) {
      // It has its place and is neither waiting nor live yet; what it is shows when its claim has ended.
      await waitForClaim(of: id)
      return try await cancel(id, by: who)
    } else if let run = try await store.runs.find(id) {
      guard !run.status.isFinal else {
        throw Problem(.conflict, "the run has ended already: \(run.status.rawValue)")
      }
      if live[id] != nil || claims.contains(id) { return try await cancel(id, by: who) }
      guard run.status == .queued else {
        throw Problem(.conflict, "the run goes on at another host", hint: "cancel it there")
      }
      try await finishUnstarted(id, by: who)
    }
    guard let run = try await store.runs.find(id) else { throw Problem(.notFound, "there is no run \(id)") }
    return run
  }

  /// Returns when a run is live no more.
  func waitForEnd(of id: ID<Run>) async {
    await withLoopContinuation { continuation in
      if live[id] != nil { endWaiters[id, default: []].append(continuation) } else { continuation.resume() }
    }
  }

  /// Returns when nobody has a claim on a run any more.
  func waitForClaim(of id: ID<Run>) async {
    await withLoopContinuation { continuation in
      if claims.contains(id) { claimWaiters[id, default: []].append(continuation) } else { continuation.resume() }
    }
  }

  /// Says that a run is live, or will not be.
  func endClaim(of id: ID<Run>) {
    claims.remove(id)
    for waiter in claimWaiters.removeValue(forKey: id) ?? [] { waiter.resume() }
  }

  private func finishUnstarted(_ id: ID<Run>, by who: String) async throws {
    guard let waiting = try await store.runs.find(id) else { throw Problem(.notFound, "there is no run \(id)") }
    let end = RunEnd(
      status: .cancelled, endedAt: clock.now,
      failure: RunFailure(reason: "cancelled", message: "cancelled by \(who) before it started", actor: who))
    let ended = waiting.ended(end)
    let aftermath = await aftermath(of: ended, payload: nil)
    if let settlement = try await store.runs.finish(id, end, bodies: nil, logs: [], aftermath: aftermath) {
      for run in settlement.queued { queueOwed(run) }
      await count(ended)
      noteEnd(of: ended)
    }
  }
}
