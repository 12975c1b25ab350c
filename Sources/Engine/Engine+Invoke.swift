import Content
import EventLoop
import Logging
import Model
import Runtimes
import Schema
import Store

extension Engine {
  /// Runs a hook, or promises to.
  ///
  /// Returns when the head of the answer is decided, or for an asynchronous invocation when the run is on the disk.
  /// Cancelling the calling task cancels the run, as long as its head is open.
  ///
  /// - Throws: `RunProblem`; nothing was run unless it names a run.
  public nonisolated func invoke(_ invocation: Invocation) async throws(RunProblem) -> RunAnswer {
    let payload: JSONValue
    do {
      payload = try check(invocation)
    } catch {
      throw RunProblem(error)
    }
    let definition = invocation.hook.version.definition
    let run = Run(
      id: invocation.id, instance: invocation.instance.id, hook: invocation.hook.id,
      hookName: invocation.hook.name, bundleHash: invocation.hook.version.bundle.hash, definition: definition,
      cause: invocation.cause, isAsynchronous: invocation.isAsynchronous, queuedAt: clock.now,
      request: invocation.request)
    if let (failure, problem) = obstacle(to: definition) {
      throw await block(run, payload: payload, invocation.input, failure, problem)
    }
    var plan = RunExecution.Plan(
      run: run, instance: invocation.instance, payload: payload, payloadText: payload.serializedBytes,
      input: invocation.input, depth: invocation.depth, hasCaller: !invocation.isAsynchronous,
      claim: invocation.claim, budget: invocation.budget)
    do {
      // What does not fit is the caller's to mend, so it is refused before it is on record or has a place.
      plan.launch = try await launch(of: plan)
    } catch let refusal as UnusableSecret {
      throw await block(run, payload: payload, invocation.input, RunFailure(refusal), refusal.problem)
    } catch {
      throw RunProblem(error as? Problem ?? Problem(.internal, "\(error)"))
    }
    if invocation.isAsynchronous {
      guard case .bytes(let input) = invocation.input else {
        throw RunProblem(Problem(.tooLarge, "an asynchronous run takes no streamed body"))
      }
      let bodies = RunBodies(payload: payload, input: input)
      return .accepted(try await promise(run) { try await self.enqueue(run, bodies, under: invocation.claim) })
    }
    try await waitForPlace(run, invocation.budget)
    return try await perform(plan)
  }

  /// Where a task that invokes is best: on the loop, where the run will be, unless there is much to look at first.
  public nonisolated func executor(for invocation: Invocation) -> (any TaskExecutor)? {
    if case .bytes(let bytes) = invocation.input, bytes.count > Self.mostOnLoop { return nil }
    return LoopActor.taskExecutor
  }

  /// The bytes of a body that are looked at on the loop: what takes much less time than starting a process.
  private nonisolated static var mostOnLoop: Int { 16 << 10 }

  /// Stores a run, together with its claim if it has one.
  nonisolated func enqueue(_ run: Run, _ bodies: RunBodies, under claim: IdempotencyClaim?) async throws -> Run {
    guard let claim else { return try await store.runs.enqueue(run, bodies) }
    return try await store.idempotency.enqueue(
      run, bodies, under: claim, at: clock.now, most: IdempotencyClaim.mostOfInstance)
  }

  /// The payload with defaults, if the invocation keeps the rules of the hook.
  private nonisolated func check(_ invocation: Invocation) throws(Problem) -> JSONValue {
    guard invocation.hook.isEnabled else {
      throw Problem(.unavailable, "the hook \(invocation.hook.name) is disabled")
    }
    guard invocation.depth <= configuration.depth else {
      throw Problem(
        .conflict, "hooks call each other more than \(configuration.depth) deep",
        hint: "look for a hook that calls itself")
    }
    guard let declaration = invocation.hook.version.definition.parameters else { return invocation.payload }
    return try schemas.schema(for: declaration).validate(
      invocation.payload, coercingText: invocation.textMembers)
  }

  /// What keeps this host from running the hook at all.
  nonisolated func obstacle(to definition: HookDefinition) -> (RunFailure, Problem)? {
    if definition.network == .host, !configuration.allowsHostNetwork {
      let message = "the hook asks for network: host, which sandbox.allow_host_network of this server does not allow"
      return (
        RunFailure(reason: "network", message: message, setting: "sandbox.allow_host_network"),
        Problem(
          .unavailable, message, field: "network",
          hint: "set sandbox.allow_host_network: true in the server's configuration")
      )
    }
    return catalog.obstacle(to: definition).map { problem in
      (RunFailure(reason: "runtime", message: problem.description, setting: problem.field), problem)
    }
  }

  private nonisolated func block(
    _ run: Run, payload: JSONValue, _ input: RunInput, _ failure: RunFailure, _ problem: Problem
  ) async -> RunProblem {
    var run = run
    run.status = .blocked
    run.endedAt = clock.now
    run.failure = failure
    do {
      var bodies = RunBodies(payload: payload)
      switch input {
      case .bytes(let bytes):
        bodies.input = Array(bytes.prefix(RunExecution.traceCapacity))
        bodies.isInputCut = bodies.input.count < bytes.count
      case .stream: bodies.isInputCut = true
      }
      _ = try await store.runs.record(run, bodies, logs: [])
      await count(run)
      return RunProblem(problem, run: run.id)
    } catch {
      logger.error("a blocked run could not be recorded", metadata: ["error": "\(error)"])
      return RunProblem(problem)
    }
  }

  /// Stores a run that its caller does not wait for, and sees to it that it runs.
  ///
  /// - Parameter insert: stores it.
  func promise(
    _ run: Run, _ insert: @escaping @Sendable () async throws -> Run
  ) async throws(RunProblem) -> Run {
    let ticket = RunQueue.Ticket(run)
    let decision = try enter(ticket)
    let insertion = Task { try await insert() }
    waiting[run.id] = .owed(ticket, insertion: insertion)
    if decision == .start { grant(ticket) }
    do {
      return try await insertion.value
    } catch {
      // Still waiting: take it back. Granted already: the start found that it is not there, and gave its place back.
      if case .owed(let ticket, _) = waiting.removeValue(forKey: run.id) { _ = queue.withdraw(ticket) }
      throw RunProblem(error as? Problem ?? Problem(.unavailable, "the run could not be stored: \(error)"))
    }
  }

  private func enter(_ ticket: RunQueue.Ticket) throws(RunProblem) -> RunQueue.Decision {
    guard !isStopping else { throw RunProblem(.stopping) }
    let decision = queue.enter(ticket)
    if case .refuse(let seconds) = decision {
      let load = queue.load(of: ticket.lane)
      throw RunProblem(
        Problem(
          .tooMany, "\(load.running) runs of the hook go on and \(load.waiting) wait", field: "limits.queue",
          rule: "limits.concurrency: \(ticket.concurrency), limits.queue: \(ticket.queue)",
          hint: "try again later, or raise them in hook.yaml", retryAfterSeconds: seconds))
    }
    return decision
  }

  private func waitForPlace(_ run: Run, _ budget: RunBudget?) async throws(RunProblem) {
    let ticket = RunQueue.Ticket(run)
    let deadline = LoopTimer()
    let decision = await withTaskCancellationHandler {
      await withLoopContinuation { (continuation: LoopContinuation<PlaceDecision>) in
        // In one step with the wait, or its turn could come in between.
        do throws(RunProblem) {
          guard case .wait = try enter(ticket) else { return continuation.resume(returning: .start) }
        } catch {
          return continuation.resume(returning: .refused(error))
        }
        waiting[run.id] = .caller(ticket, continuation)
        deadline.start(after: budget?.remaining ?? run.definition.endpoint.deadline) { [weak self] in
          self?.turnAway(run.id, .tooLate)
        }
        if Task.isCancelled { turnAway(run.id, .cancelled(by: "its caller")) }
      }
    } onCancel: {
      Task { @LoopActor in self.turnAway(run.id, .cancelled(by: "its caller")) }
    }
    deadline.stop()
    switch decision {
    case .start: return
    case .stopping: throw RunProblem(.stopping)
    case .refused(let problem): throw problem
    case .cancelled(let who): throw RunProblem(Problem(.conflict, "cancelled by \(who) while it waited for its turn"))
    case .tooLate where budget != nil:
      throw RunProblem(
        Problem(
          .tooMany, "the run waited for its turn until its budget was spent", field: "budget",
          rule: budget?.duration.text, retryAfterSeconds: 1))
    case .tooLate:
      throw RunProblem(
        Problem(
          .tooMany, "the run waited for its turn until the deadline", field: "endpoint.deadline",
          rule: run.definition.endpoint.deadline.text, retryAfterSeconds: 1))
    }
  }

  /// Takes a caller that still waits out of the queue.
  func turnAway(_ id: ID<Run>, _ decision: PlaceDecision) {
    guard case .caller(let ticket, let continuation) = waiting[id] else { return }
    waiting[id] = nil
    _ = queue.withdraw(ticket)
    continuation.resume(returning: decision)
  }
}

extension Problem {
  fileprivate static var stopping: Problem {
    Problem(.unavailable, "the server is stopping", retryAfterSeconds: 5)
  }
}
