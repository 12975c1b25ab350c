import EventLoop
import Logging
import Model
import Runtimes
import Sandbox
import Store

extension Engine {
  /// Lets a run have the place that the queue gave it.
  func grant(_ ticket: RunQueue.Ticket) {
    switch waiting.removeValue(forKey: ticket.run) {
    case .caller(_, let continuation):
      continuation.resume(returning: .start)
    case .owed(_, let insertion):
      Task(executorPreference: LoopActor.taskExecutor) { await self.performOwed(ticket, insertion: insertion) }
    case nil:
      vacate(ticket, after: .zero)
    }
  }

  /// Runs a run whose caller waits, on the place that it has.
  func perform(_ plan: RunExecution.Plan) async throws(RunProblem) -> RunAnswer {
    var plan = plan
    plan.run.status = .running
    plan.run.host = host.id
    plan.run.attempt = 1
    plan.run.startedAt = clock.now
    var known = RunBodies(payload: plan.payload)
    if case .bytes(let bytes) = plan.input {
      known.input = Array(bytes.prefix(RunExecution.traceCapacity))
      known.isInputCut = known.input.count < bytes.count
    }
    let (run, bodies, claim) = (plan.run, known, plan.claim)
    let insertion = RunInsertion { try await self.enqueue(run, bodies, under: claim) }
    if claim != nil { try await secure(insertion, of: run) }
    let execution = execution(of: plan, insertion: insertion)
    live[run.id] = execution
    if claim != nil { endClaim(of: run.id) }
    // A task of its own: the end of the caller ends the run by way of the supervisor, never in the middle of a step.
    Task(executorPreference: LoopActor.taskExecutor) { await self.complete(execution, insertion: insertion) }
    let decision = await withTaskCancellationHandler {
      await execution.answer.value()
    } onCancel: {
      Task { @LoopActor in execution.callerHungUp() }
    }
    switch decision {
    case .response(let response): return .response(response)
    case .problem(let problem): throw problem
    case .accepted:
      do {
        return .accepted(try await insertion.begin().value)
      } catch {
        throw RunProblem(error as? Problem ?? Problem(.unavailable, "the run could not be stored: \(error)"))
      }
    }
  }

  /// Waits until a run that has a place is stored with its claim: nothing of it may happen before. The claim goes on.
  private func secure(_ insertion: RunInsertion, of run: Run) async throws(RunProblem) {
    claims.insert(run.id)
    do {
      _ = try await insertion.begin().value
    } catch {
      endClaim(of: run.id)
      vacate(RunQueue.Ticket(run), after: .zero)
      throw RunProblem(error as? Problem ?? Problem(.unavailable, "the run could not be stored: \(error)"))
    }
  }

  private func performOwed(_ ticket: RunQueue.Ticket, insertion: Task<Run, any Error>?) async {
    let arrival = ContinuousClock.now
    claims.insert(ticket.run)
    do {
      _ = try await insertion?.value
      guard !isStopping, try await store.runs.start(ticket.run, host: host.id, at: clock.now),
        let run = try await store.runs.find(ticket.run),
        let bodies = try await store.runs.bodies(ticket.run),
        let instance = try await store.instances.find(run.instance)
      else {
        endClaim(of: ticket.run)
        vacate(ticket, after: .zero)
        if let run = revived.removeValue(forKey: ticket.run) { queueOwed(run) }
        wakeIdleWaiters()
        return
      }
      let execution = execution(
        of: RunExecution.Plan(
          run: run, instance: instance, payload: bodies.payload ?? .null,
          payloadText: (bodies.payload ?? .null).serializedBytes, input: .bytes(bodies.input), depth: 0,
          hasCaller: false),
        insertion: nil)
      live[run.id] = execution
      endClaim(of: ticket.run)
      revived[run.id] = nil
      await complete(execution, insertion: nil)
    } catch {
      endClaim(of: ticket.run)
      revived[ticket.run] = nil
      // It stays queued in the store, and is tried again when the lease is renewed.
      logger.error("a run could not be claimed", metadata: ["run": "\(ticket.run)", "error": "\(error)"])
      vacate(ticket, after: arrival.duration(to: .now))
      wakeIdleWaiters()
    }
  }

  /// Runs to the end, records it, and only then lets the caller have the answer.
  ///
  /// - Parameter insertion: `nil` for a run that is in the store.
  private func complete(_ execution: RunExecution, insertion: RunInsertion?) async {
    let arrival = ContinuousClock.now
    var outcome = await execution.run()
    let id = execution.plan.run.id
    var following: [Run] = []
    var isRecorded = true
    do {
      if let insertion, insertion.end() == nil {
        following = try await record(outcome, of: execution.plan.run)
      } else {
        following = try await finish(execution.plan.run, outcome, after: insertion?.end())
      }
    } catch {
      logger.error("the end of a run could not be recorded", metadata: ["run": "\(id)", "error": "\(error)"])
      isRecorded = false
      outcome.end.status = .failed
      outcome.end.failure = RunFailure(reason: "host", message: "the run's end could not be recorded: \(error)")
    }
    execution.conclude(outcome, isRecorded: isRecorded)
    live[id] = nil
    tally.count(execution.plan.run.ended(outcome.end), of: execution.plan.instance.name)
    tally.countSandbox(failedStep: outcome.failedStep)
    for waiter in endWaiters.removeValue(forKey: id) ?? [] { waiter.resume() }
    for run in following { queueOwed(run) }
    noteEnd(of: execution.plan.run)
    vacate(RunQueue.Ticket(execution.plan.run), after: arrival.duration(to: .now))
    wakeIdleWaiters()
  }

  /// - Returns: the runs that follow from the end of this one.
  private nonisolated func record(_ outcome: RunOutcome, of run: Run) async throws -> [Run] {
    let ended = run.ended(outcome.end)
    let aftermath = await aftermath(of: ended, payload: outcome.bodies.payload)
    let (_, settlement) = try await store.runs.record(
      ended, outcome.bodies, logs: outcome.logs + words(of: aftermath, about: ended), aftermath: aftermath)
    settle(settlement, of: ended)
    return settlement.queued
  }

  /// Off the loop, so that the waits for the store cost it one change of thread and not several.
  ///
  /// - Returns: the runs that follow from the end of this one.
  private nonisolated func finish(
    _ run: Run, _ outcome: RunOutcome, after insertion: Task<Run, any Error>?
  ) async throws -> [Run] {
    _ = try await insertion?.value
    let ended = run.ended(outcome.end)
    let aftermath = await aftermath(of: ended, payload: outcome.bodies.payload)
    let settlement = try await store.runs.finish(
      run.id, outcome.end, bodies: outcome.bodies, logs: outcome.logs + words(of: aftermath, about: ended),
      aftermath: aftermath)
    guard let settlement else { return [] }
    settle(settlement, of: ended)
    return settlement.queued
  }

  private func wakeIdleWaiters() {
    guard live.isEmpty, claims.isEmpty else { return }
    for waiter in idleWaiters { waiter.resume() }
    idleWaiters = []
  }

  private func vacate(_ ticket: RunQueue.Ticket, after duration: Duration) {
    for next in queue.leave(ticket, after: duration) { grant(next) }
  }

  /// Counts a run that ended without having been started.
  func count(_ run: Run) async {
    let instance = try? await store.instances.find(run.instance)
    tally.count(run, of: instance?.name ?? run.instance.text)
  }

  private func execution(of plan: RunExecution.Plan, insertion: RunInsertion?) -> RunExecution {
    let (store, feed, logger, id) = (store, logFeed, logger, plan.run.id)
    return RunExecution(
      plan,
      RunExecution.Surroundings(
        clock: clock,
        launch: { [self] plan in try await launch(of: plan) },
        start: { [strategy] plan, environment, descriptors in
          try strategy.start(
            StartRequest(
              definition: plan.run.definition, bundle: plan.run.bundleHash,
              instanceSerial: plan.instance.serial, environment: environment, descriptors: descriptors))
        },
        recordLogs: { entries in
          do {
            _ = try await insertion?.begin().value
            feed.publish(try await store.logs.append(entries))
          } catch {
            logger.error("log messages could not be stored", metadata: ["run": "\(id)", "error": "\(error)"])
          }
        },
        becomesKnown: { insertion?.begin() },
        answer: { [weak self] call, plan in
          await insertion?.begin()
          return await self?.answer(call, of: plan) ?? .failure(Problem(.unavailable, "the server is stopping"))
        },
        grace: configuration.grace))
  }
}
