import EventLoop
import Logging
import Model
import Store

/// Runs that are owed, some of them only from a moment on. They are in the store; here is only who is in the queue.
extension Engine {
  private static let pageSize = 500

  /// Queues a stored run that is owed, now or when its time has come.
  func queueOwed(_ run: Run) {
    guard !isStopping, waiting[run.id] == nil, live[run.id] == nil else { return }
    guard !claims.contains(run.id) else {
      revived[run.id] = run
      return
    }
    if let moment = run.notBefore, moment > clock.now {
      postponed?.expect(at: moment)
      return
    }
    let ticket = RunQueue.Ticket(run)
    let decision = queue.enter(ticket, isOwed: true)
    waiting[run.id] = .owed(ticket, insertion: nil)
    if decision == .start { grant(ticket) }
  }

  /// The alarm rang: a moment has come, or the clock was set and the moments must be looked at anew.
  func momentHasCome(_ event: WallClockAlarm.Event) {
    Task {
      do {
        try await queuePostponedRuns()
      } catch {
        // They stay queued in the store, and are looked for again when the lease is renewed.
        logger.error("runs whose time has come could not be read", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Queues the runs whose time has come since the last look, and sets the alarm for the next one.
  func queuePostponedRuns() async throws {
    guard !isStopping, let postponed else { return }
    let now = clock.now
    postponed.beginLook()
    do {
      try await queuePostponedRuns(in: min(postponed.horizon, now)...now)
      let next = try await store.runs.nextDue(after: now)
      guard !isStopping else { return }
      postponed.endLook(foundThrough: now, next: next)
    } catch {
      postponed.giveUpLook()
      throw error
    }
  }

  private func queuePostponedRuns(in moments: ClosedRange<Timestamp>) async throws {
    var from = moments.lowerBound
    while true {
      let page = try await store.runs.postponed(in: from...moments.upperBound, limit: Self.pageSize)
      for run in page { queueOwed(run) }
      // More runs of one moment than a page holds are found by the look for all that is owed, at the next lease.
      guard page.count == Self.pageSize, let last = page.last?.notBefore, last > from else { return }
      from = last
    }
  }
}
