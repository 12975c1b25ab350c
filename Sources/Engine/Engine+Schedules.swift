import EventLoop
import Logging
public import Model
import Schedules
import Schema
public import Store

/// Runs that schedules ask for.
extension Engine {
  func startScheduler() async throws {
    let scheduler = Scheduler(
      store: store, zones: zones, configuration: configuration.schedules, clock: clock, readClocks: readClocks,
      metrics: metrics, logger: logger,
      makeAlarm: makeAlarm,
      makeRun: { [weak self] schedule, slot, now in
        guard let self else { return (schedule.run(at: slot, now: now), RunBodies()) }
        return self.run(of: schedule, at: slot, now: now)
      },
      sink: { [weak self] run, cancels in self?.take(run, after: cancels) })
    self.scheduler = scheduler
    try await scheduler.start()
  }

  /// The run of a slot: queued, or `blocked` with what keeps this host from starting it.
  nonisolated func run(
    of claimable: ClaimableSchedule, at slot: Timestamp, now: Timestamp
  ) -> (run: Run, bodies: RunBodies) {
    var run = claimable.run(at: slot, now: now)
    let declared = claimable.schedule.definition.payload
    var payload = declared ?? [:]
    var failure: RunFailure?
    do throws(Problem) {
      if let declaration = run.definition.parameters {
        payload = try schemas.schema(for: declaration).validate(payload, coercingText: [])
      }
      failure = obstacle(to: run.definition)?.0
    } catch {
      // What its schedule gives it was right for an earlier version of the hook.
      failure = RunFailure(reason: "payload", message: error.description, setting: "schedules.payload")
    }
    if let failure {
      run.status = .blocked
      run.endedAt = now
      run.failure = failure
    }
    return (run, RunBodies(payload: payload, input: declared?.serializedBytes ?? []))
  }

  /// Tells the scheduler of the end of a run, if it is of a schedule.
  func noteEnd(of run: Run) {
    guard run.cause.slot != nil, let schedule = run.cause.schedule else { return }
    scheduler?.runEnded(of: schedule)
  }

  /// Queues a run that is stored, once those that stand in its way have ended.
  private func take(_ run: Run, after cancels: [ID<Run>]) {
    guard !cancels.isEmpty else {
      queueOwed(run)
      return
    }
    Task {
      for id in cancels {
        do {
          _ = try await cancel(id, by: "schedule:\(run.cause.schedule?.text ?? "")")
        } catch {
          // One that has ended meanwhile stands in nobody's way.
          let problem = error as? Problem
          guard problem?.code != .conflict, problem?.code != .notFound else { continue }
          logger.error("a run could not be cancelled", metadata: ["run": "\(id)", "error": "\(error)"])
        }
      }
      queueOwed(run)
    }
  }
}

extension ClaimableSchedule {
  /// The run of a slot, as it is queued.
  public func run(at slot: Timestamp, now: Timestamp) -> Run {
    Run(
      id: ID(at: now), instance: schedule.instance, hook: hook.id, hookName: hook.name,
      bundleHash: hook.version.bundle.hash, definition: hook.version.definition,
      cause: RunCause(kind: .schedule, schedule: schedule.id, slot: slot), isAsynchronous: true, queuedAt: now)
  }
}
