import EventLoop
import Logging
public import Model
import Schema
import Store

/// Runs that triggers start.
extension Engine {
  /// The most bytes of the JSON of a custom event's data.
  public nonisolated static var longestEvent: Int { 64 << 10 }

  /// Records a custom event, together with the runs that triggers start for it.
  ///
  /// - Parameters:
  ///   - actor: who emits it, such as `key:01h…`.
  ///   - cause: what has led to it; `nil` for what people do.
  /// - Returns: the event with its sequence number, when all is on the disk.
  /// - Throws: `Problem` `invalid` for a kind that is none of a custom event, or data that are no object; `tooLarge`;
  ///   `tooMany` if too many runs of a hook wait; `notFound` if there is no such instance.
  public nonisolated func emit(
    _ kind: String, data: JSONValue, in instance: ID<Instance>, by actor: String, cause: RunCause? = nil
  ) async throws -> Event {
    try EventKind.validate(kind, field: "kind")
    guard data.objectValue != nil else {
      throw Problem(.invalid, "the data of an event must be an object", field: "data")
    }
    let length = data.serializedBytes.count
    guard length <= Self.longestEvent else {
      throw Problem(
        .tooLarge, "the data of the event have \(length) bytes", field: "data", rule: "at most \(Self.longestEvent)")
    }
    let now = clock.now
    let event = Event(instance: instance, time: now, kind: kind, actor: actor, data: data)
    return try await store.triggers.write(bytes: 512 + length) { [self] transaction in
      let stored = try transaction.append(event)
      try react(
        to: TriggeringFact(
          instance: instance, kind: .event, name: kind, new: data,
          payload: [
            "signal": "event", "event": .string(kind), "data": data, "sequence": .int(stored.sequence),
            "user": .string(actor), "time": .string(now.rfc3339),
          ], cause: cause, time: now), in: transaction)
      return stored
    }
  }

  /// Starts the runs that triggers want for something that happens in the transaction, when that is on the disk.
  nonisolated func react(to fact: TriggeringFact, in transaction: any TriggerTransaction) throws {
    var queued: [Run] = []
    var blocked: [Run] = []
    var messages: [LogEntry] = []
    var outcomes: [TriggerMeters.Outcome] = []
    for active in try transaction.triggers(of: fact.instance) where fact.fires(active.trigger, .after) {
      if let reason = active.trigger.objection(to: fact.cause) {
        _ = try transaction.append(active.stop(fact, reason: reason))
        messages.append(active.message(fact, reason: reason))
        outcomes.append(.stopped)
        continue
      }
      let (run, bodies) = run(of: active, for: fact)
      let stored = try transaction.enqueue(run, bodies)
      outcomes.append(stored.status == .queued ? .queued : .blocked)
      if stored.status == .queued { queued.append(stored) } else { blocked.append(stored) }
    }
    guard !outcomes.isEmpty else { return }
    transaction.afterCommit { [self, queued, blocked, messages, outcomes] in
      for outcome in outcomes { triggerMeters.count(outcome) }
      if !queued.isEmpty { Task { await self.queueTriggered(queued) } }
      for run in blocked { Task { await self.count(run) } }
      if !messages.isEmpty { Task { await self.log(messages) } }
    }
  }

  private func queueTriggered(_ runs: [Run]) {
    for run in runs { queueOwed(run) }
  }

  /// The run of a trigger: queued, or `blocked` with what keeps this host from starting it.
  private nonisolated func run(of active: ActiveTrigger, for fact: TriggeringFact) -> (run: Run, bodies: RunBodies) {
    var run = active.run(for: fact)
    var payload = active.payload(for: fact)
    var failure: RunFailure?
    do throws(Problem) {
      if let declaration = run.definition.parameters {
        payload = try schemas.schema(for: declaration).validate(payload, coercingText: [])
      }
      failure = obstacle(to: run.definition)?.0
    } catch {
      failure = RunFailure(reason: "payload", message: error.description, setting: "parameters")
    }
    if let failure {
      run.status = .blocked
      run.endedAt = fact.time
      run.failure = failure
    }
    return (run, RunBodies(payload: payload, input: payload.serializedBytes))
  }
}

extension ActiveTrigger {
  /// The run that it starts for a change or an event, as it is queued.
  fileprivate func run(for fact: TriggeringFact) -> Run {
    Run(
      id: ID(at: fact.time), instance: hook.instance, hook: hook.id, hookName: hook.name,
      bundleHash: hook.version.bundle.hash, definition: hook.version.definition,
      cause: cause(of: fact), isAsynchronous: true, queuedAt: fact.time,
      orderKey: fact.orderKey.map { "\(trigger.id):\($0)" })
  }

  func cause(of fact: TriggeringFact) -> RunCause {
    RunCause(
      kind: .trigger, parent: fact.cause?.parent, trigger: trigger.id, depth: fact.cause?.depth ?? 0,
      chain: (fact.cause?.chain ?? []) + [trigger.id])
  }

  /// What its run is told.
  func payload(for fact: TriggeringFact) -> JSONValue {
    .object(
      fact.payload.merging(["trigger": ["id": .string(trigger.id.text), "name": .string(trigger.name)]]) { own, _ in
        own
      })
  }

  /// The event that tells that it starts none.
  func stop(_ fact: TriggeringFact, reason: String) -> Event {
    var data: [String: JSONValue] = [
      "hook": .string(hook.name), "name": .string(trigger.name), "depth": .int(Int64(fact.cause?.depth ?? 0)),
      "reason": .string(reason),
    ]
    data["run"] = fact.cause?.parent.map { .string($0.text) }
    return Event(
      instance: trigger.instance, time: fact.time, kind: "trigger.stopped", subject: trigger.id.text, actor: "host",
      data: .object(data))
  }

  func message(_ fact: TriggeringFact, reason: String) -> LogEntry {
    LogEntry(
      instance: hook.instance, hook: hook.id, hookName: hook.name, run: nil, time: fact.time, level: .error,
      stream: .host, value: .json(.string("the trigger \(trigger.name) was stopped: \(reason)")))
  }
}
