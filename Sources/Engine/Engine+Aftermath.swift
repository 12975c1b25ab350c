import Logging
import Model
import Schema
import Store

/// What the end of a run brings about: after a failure another attempt, a report to the hook's `on_failure`, a dead
/// letter; for a run of a schedule what it says of that.
extension Engine {
  /// What follows the end of `run`; `nil` if nothing does.
  ///
  /// - Parameter run: as it ended.
  nonisolated func aftermath(of run: Run, payload: JSONValue?) async -> RunAftermath? {
    if let event = run.cancellation { return RunAftermath(events: [event]) }
    let definition = run.definition
    let schedule = await schedule(of: run)
    let onFailure = schedule?.definition.onFailure ?? definition.onFailure
    guard run.isDefeat else {
      guard run.status == .succeeded, run.cause.slot != nil, let schedule else { return nil }
      return RunAftermath(verdict: await success(of: run, for: schedule))
    }
    guard definition.retries != nil || onFailure != nil || (schedule != nil && run.cause.slot != nil) else {
      return nil
    }
    // What nobody declared anything for is as if it had never been owed.
    var aftermath = RunAftermath(isDeadLetter: definition.retries != nil || onFailure != nil)
    // What somebody asked for by hand is reported like the others, and says nothing of the schedule.
    if let schedule, run.cause.slot != nil {
      aftermath.verdict = ScheduleVerdict(
        schedule: schedule.id, isSuccess: false, disableAfter: schedule.definition.disableAfter)
    }
    if let rule = definition.retries, run.isAsynchronous, run.attempt <= rule.max, !run.isInVain {
      aftermath.retry = run.nextAttempt(rule, random: random())
    }
    // What becomes of a report is told to none, or two hooks could keep each other busy for ever.
    guard let name = onFailure, !run.isFailureReport else { return aftermath }
    do {
      let told = run.report(payload: payload, schedule: schedule.map { $0.report(failures: $0.state.failures + 1) })
      aftermath.report = try await report(told, of: run, to: name, field: "on_failure")
    } catch {
      aftermath.events.append(refusal(of: "run.on_failure_refused", to: name, error, about: run))
    }
    return aftermath
  }

  /// The schedule that a run is of.
  private nonisolated func schedule(of run: Run) async -> Schedule? {
    guard let id = run.cause.schedule else { return nil }
    do {
      return try await store.schedules.find(id)
    } catch {
      logger.error("the schedule of a run could not be read", metadata: ["run": "\(run.id)", "error": "\(error)"])
      return nil
    }
  }

  private nonisolated func success(of run: Run, for schedule: Schedule) async -> ScheduleVerdict {
    var verdict = ScheduleVerdict(schedule: schedule.id, isSuccess: true)
    guard schedule.state.failures > 0, let name = schedule.definition.onRecovery else { return verdict }
    do {
      let told = run.report(payload: nil, schedule: schedule.report(failures: schedule.state.failures))
      verdict.recovery = try await report(told, of: run, to: name, field: "on_recovery")
    } catch {
      let event = refusal(of: "run.on_recovery_refused", to: name, error, about: run)
      logger.error(
        "on_recovery: the hook \(name) is not run", metadata: ["run": "\(run.id)", "reason": "\(error)"])
      verdict.events.append(event)
    }
    return verdict
  }

  private nonisolated func refusal(of kind: String, to name: String, _ error: any Error, about run: Run) -> Event {
    let problem = error as? Problem ?? Problem(.internal, "\(error)")
    return Event(
      instance: run.instance, time: run.endedAt ?? clock.now, kind: kind, subject: run.id.text, actor: "host",
      data: ["hook": .string(name), "reason": .string(problem.description)])
  }

  /// The words of the host for the log of a run, about what should have followed its failure and cannot.
  nonisolated func words(of aftermath: RunAftermath?, about run: Run) -> [LogEntry] {
    guard let aftermath, aftermath.retry == nil else { return [] }
    return aftermath.events.filter { $0.kind == "run.on_failure_refused" }.map { event in
      LogEntry(
        instance: run.instance, hook: run.hook, hookName: run.hookName, run: run.id, time: event.time, level: .error,
        stream: .host,
        value: .json(
          .string(
            "on_failure: the hook \(event.data["hook"]?.stringValue ?? "") was not run: "
              + (event.data["reason"]?.stringValue ?? ""))))
    }
  }

  /// Tells followers and the server's log what was written together with a run's end.
  nonisolated func settle(_ settlement: RunSettlement, of run: Run) {
    logFeed.publish(settlement.logs)
    for event in settlement.refusals {
      logger.error(
        "\(event.kind): \(event.data["reason"]?.stringValue ?? "")",
        metadata: ["run": "\(run.id)", "hook": "\(event.data["hook"]?.stringValue ?? "")"])
    }
  }

  /// A run that tells a hook of the end of `run`.
  private nonisolated func report(
    _ told: JSONValue, of run: Run, to name: String, field: String
  ) async throws -> RunAftermath.Report {
    guard let hook = try await store.hooks.find(instance: run.instance, name: name) else {
      throw Problem(.notFound, "there is no hook \(name)", field: field)
    }
    guard hook.isEnabled else { throw Problem(.unavailable, "the hook \(name) is disabled", field: field) }
    let definition = hook.version.definition
    if let (_, problem) = obstacle(to: definition) { throw problem }
    var told = told
    if let declaration = definition.parameters {
      told = try schemas.schema(for: declaration).validate(told, coercingText: [])
    }
    let now = run.endedAt ?? clock.now
    let report = Run(
      id: ID(at: now), instance: run.instance, hook: hook.id, hookName: hook.name,
      bundleHash: hook.version.bundle.hash, definition: definition,
      cause: RunCause(kind: .hook, parent: run.id, depth: run.cause.depth, chain: run.cause.chain),
      isAsynchronous: true, queuedAt: now, isFailureReport: true)
    return RunAftermath.Report(run: report, bodies: RunBodies(payload: told, input: told.serializedBytes))
  }
}

extension Run {
  /// What the feed of events says of it if somebody cancelled it.
  fileprivate var cancellation: Event? {
    guard status == .cancelled, let actor = failure?.actor else { return nil }
    return Event(
      instance: instance, time: endedAt ?? queuedAt, kind: "run.cancelled", subject: id.text, actor: actor,
      data: .object(hookName.map { ["hook": .string($0)] } ?? [:]))
  }

  /// Whether it ended in a way that another attempt may mend. What somebody has cancelled is not tried again, but what
  /// the stop of a server ended is: its accepting it still holds.
  fileprivate var isDefeat: Bool {
    switch status {
    case .failed, .timedOut, .limited, .lost: true
    case .cancelled: isAsynchronous && failure?.reason == "host"
    default: false
    }
  }

  /// Whether the hook itself has said that another attempt would fail the same way: what it was given is wrong.
  fileprivate var isInVain: Bool { status == .failed && exitCode == RetryRule.finalExitCode }

  /// The attempt after this one, with the same bundle and definition: what was accepted is what is tried again.
  fileprivate func nextAttempt(_ rule: RetryRule, random: Double) -> Run {
    let now = endedAt ?? queuedAt
    return Run(
      id: ID(at: now), instance: instance, hook: hook, hookName: hookName, bundleHash: bundleHash,
      definition: definition, cause: cause, isAsynchronous: true, attempt: attempt, queuedAt: now, request: request,
      retryOf: retryOf ?? id, notBefore: now + rule.delay(after: attempt, random: random),
      isFailureReport: isFailureReport, orderKey: orderKey, orderPlace: orderPlace)
  }

  /// What an `on_failure` hook is told of it, or `on_recovery`.
  fileprivate func report(payload: JSONValue?, schedule: JSONValue?) -> JSONValue {
    var members: [String: JSONValue] = [
      "run": .string(id.text), "first_run": .string((retryOf ?? id).text), "attempt": .int(Int64(attempt)),
      "status": .string(status.rawValue), "payload": payload ?? .null, "queued_at": .string(queuedAt.rfc3339),
    ]
    if var schedule = schedule?.objectValue {
      schedule["slot"] = cause.slot.map { .string($0.rfc3339) }
      members["schedule"] = .object(schedule)
    }
    if let hookName { members["hook"] = .string(hookName) }
    if let endedAt { members["ended_at"] = .string(endedAt.rfc3339) }
    if let failure {
      let texts = [
        ("reason", failure.reason), ("message", failure.message), ("setting", failure.setting),
        ("exception", failure.exception), ("traceback", failure.traceback),
      ]
      var told: [String: JSONValue] = [:]
      for (name, text) in texts { told[name] = text.map { .string($0) } }
      members["failure"] = .object(told)
    }
    return .object(members)
  }
}

extension Schedule {
  /// What a hook is told of it that hears of one of its runs.
  ///
  /// - Parameter failures: how many runs in a row have failed.
  fileprivate func report(failures: Int) -> JSONValue {
    ["id": .string(id.text), "name": .string(name), "failures": .int(Int64(failures))]
  }
}
