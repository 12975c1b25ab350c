import Engine
import Identity
import Model
import Store

/// Requests with an `Idempotency-Key`: the first one runs, the others get its answer.
extension RunDoor {
  private enum Memory {
    case answer(HTTPAnswer)
    /// The run that has the claim never started: it may go to another.
    case neverStarted(ID<Run>)
  }

  private static let replayed = HeaderField(name: "Idempotency-Replayed", value: "true")

  func runOnce(
    _ exchange: Exchange, _ key: IdempotencyKey, _ principal: Principal?, _ instance: Instance, _ hook: Hook,
    body: [UInt8]?
  ) async throws -> HTTPAnswer {
    let whole = if let body { body } else { try await exchange.body.collect(atMost: configuration.bufferedBodyLimit) }
    let now = services.clock.now
    var claim = IdempotencyClaim(
      instance: instance.id, hook: hook.id, caller: caller(exchange, principal), key: key.text,
      fingerprint: IdempotencyKey.fingerprint(exchange, body: whole), expiresAt: now + IdempotencyKey.age)
    if let record = try await services.store.idempotency.find(claim, at: now) {
      switch try await recall(record, claim, exchange, instance) {
      case .answer(let answer): return answer
      case .neverStarted(let run): claim.replacing = run
      }
    }
    do {
      return try await run(exchange, principal, instance, hook, body: whole, claim: claim)
    } catch let problem as Problem where problem.code == .conflict && problem.field == IdempotencyClaim.field {
      // The other one was quicker, so that it goes on now, or has just ended.
      if let record = try await services.store.idempotency.find(claim, at: now),
        case .answer(let answer) = try await recall(record, claim, exchange, instance)
      {
        return answer
      }
      throw problem
    }
  }

  /// Keys are told apart by who uses them: the key of this server, or where none is needed the address.
  private func caller(_ exchange: Exchange, _ principal: Principal?) -> String {
    if let principal { return "key:\(principal.key.id)" }
    return "address:\(exchange.remoteAddress ?? "")"
  }

  private func recall(
    _ record: IdempotencyRecord, _ claim: IdempotencyClaim, _ exchange: Exchange, _ instance: Instance
  ) async throws -> Memory {
    let reference = RunReference(run: record.run, traceparent: exchange.trace.text)
    // A refusal is no answer of the first request, and does not say that it is.
    let refuse = { (problem: Problem) in Memory.answer(.problem(problem, run: reference)) }
    guard record.fingerprint == claim.fingerprint else {
      return refuse(
        Problem(
          .mismatch, "the key came with another request before", field: IdempotencyClaim.field,
          rule: "the same method, path, query, Content-Type and body", hint: "use a new key for a new request"))
    }
    guard let run = try await services.store.runs.find(record.run),
      let bodies = try await services.store.runs.bodies(record.run)
    else {
      return refuse(
        Problem(
          .conflict, "the request was run before, and its answer is no longer kept", field: IdempotencyClaim.field))
    }
    if run.isAsynchronous {
      var answer = Self.response(to: .accepted(run), instance: instance, trace: exchange.trace)
      answer.headers.append(Self.replayed)
      return .answer(answer)
    }
    guard run.status.isFinal else {
      var problem = Problem(
        .conflict, "the first request with this key still runs", field: IdempotencyClaim.field, retryAfterSeconds: 1)
      problem.hint = "ask again later; the answer will be that of the first"
      return refuse(problem)
    }
    if run.failure?.reason == "spawn" { return .neverStarted(run.id) }
    do throws(RunProblem) {
      guard let response = try RunningResponse.replay(run, bodies) else {
        return refuse(
          Problem(
            .conflict, "the request was run before, and its answer is longer than what is kept of it",
            field: IdempotencyClaim.field))
      }
      var answer = Self.response(to: .response(response), instance: instance, trace: exchange.trace)
      answer.headers.append(Self.replayed)
      return .answer(answer)
    } catch {
      return .answer(.problem(error.problem, run: reference, headers: [Self.replayed]))
    }
  }
}
