import Content
import Engine
import Identity
import Logging
import Model
import Store

/// `ANY /{instance}/{hook}[/rest]`: turns requests into runs and their answers into responses.
///
/// Who sees what: without a key that works, everything but a public or a signed hook is answered 401, be it there or not; with a
/// key, everything outside the key's own instance is answered 404, be it there or not. So names cannot be probed, and
/// 403 does not occur: every role may run hooks.
struct RunDoor: Sendable {
  let services: GatewayServices
  let configuration: GatewayConfiguration
  let authentication: Authentication

  func answer(_ exchange: Exchange) async throws -> HTTPAnswer {
    let place = try await find(exchange)
    guard let endpoint = place?.hook.version.definition.endpoint, let rule = endpoint.cors else {
      return try await answer(exchange, at: place)
    }
    let crossOrigin = CrossOrigin(rule: rule, methods: endpoint.methods)
    var answer: HTTPAnswer
    do {
      if let preflight = crossOrigin.preflight(exchange) {
        try authentication.limits.enter(exchange)
        return preflight
      }
      answer = try await self.answer(exchange, at: place)
    } catch {
      // Errors too are for the page to read.
      if !(error is Problem) { services.logger.error("a request failed", metadata: ["error": "\(error)"]) }
      answer = .problem(.shown(error))
    }
    crossOrigin.permit(&answer, to: exchange)
    return answer
  }

  private func answer(_ exchange: Exchange, at place: Place?) async throws -> HTTPAnswer {
    try authentication.limits.enter(exchange)
    let (principal, instance, hook) = try await admit(exchange, to: place)
    try authentication.limits.enter(exchange, hook, as: principal)
    let endpoint = hook.version.definition.endpoint
    guard endpoint.methods.isEmpty || endpoint.methods.contains(exchange.method) else {
      return .problem(
        .methodNotAllowed(exchange.method, allowed: endpoint.methods),
        headers: [HeaderField(name: "Allow", value: endpoint.methods.joined(separator: ", "))])
    }
    guard let rule = endpoint.signature else { return try await perform(exchange, principal, instance, hook) }
    return try await answerSigned(exchange, by: rule, principal, instance, hook)
  }

  /// Runs what was admitted, once if the caller asks for that.
  ///
  /// - Parameter body: the request's body, if it has been read already.
  func perform(
    _ exchange: Exchange, _ principal: Principal?, _ instance: Instance, _ hook: Hook, body: [UInt8]? = nil
  ) async throws -> HTTPAnswer {
    guard let key = try IdempotencyKey(exchange) else {
      return try await run(exchange, principal, instance, hook, body: body)
    }
    return try await runOnce(exchange, key, principal, instance, hook, body: body)
  }

  /// - Parameters:
  ///   - body: the request's body, if it has been read already.
  ///   - claim: what the request stands for, if it is to be run once.
  /// - Throws: `Problem` `conflict` with field `IdempotencyClaim.field` if another request has the claim.
  func run(
    _ exchange: Exchange, _ principal: Principal?, _ instance: Instance, _ hook: Hook, body: [UInt8]? = nil,
    claim: IdempotencyClaim? = nil
  ) async throws -> HTTPAnswer {
    let input = try await RunDoorInput(
      exchange, hook: hook, body: body, bufferedBodyLimit: configuration.bufferedBodyLimit)
    let request = exchange.runRequest(path: try exchange.target.rest(after: 2), query: input.query)
    let invocation = Invocation(
      id: ID(at: services.clock.now), instance: instance, hook: hook,
      cause: RunCause(kind: .http, endpoint: hook.id.text, key: principal?.key.id), request: request,
      payload: input.payload, textMembers: input.textMembers, input: input.input,
      isAsynchronous: input.isAsynchronous, claim: claim)
    do {
      let answer = try await services.runs.invoke(invocation, for: exchange.watch)
      return Self.response(to: answer, instance: instance, trace: exchange.trace)
    } catch {
      var problem = error.problem
      if claim != nil, problem.code == .conflict, problem.field == IdempotencyClaim.field { throw problem }
      if exchange.body.isTooLarge {
        problem = Problem(.tooLarge, "the body is too large", rule: "at most \(configuration.bodyLimit) bytes")
      }
      return .problem(problem, run: RunReference(run: error.run, traceparent: exchange.trace.text))
    }
  }

  /// Who asks for what.
  ///
  /// - Throws: `Problem` `unauthenticated` or `notFound`, the same for what is not there and what is not theirs.
  private func admit(_ exchange: Exchange, to place: Place?) async throws -> (Principal?, Instance, Hook) {
    let endpoint = place?.hook.version.definition.endpoint
    let isOpen = endpoint?.isPublic == true || endpoint?.signature != nil
    let principal = try await authentication.principal(of: exchange, isRequired: !isOpen)
    if let (instance, hook) = place {
      let isTheirs = principal?.may(.invoker, in: instance) == true
      // A public hook may have a use of its own for the header: what is not our key is not held against the caller.
      if isTheirs || isOpen { return (isTheirs ? principal : nil, instance, hook) }
    }
    if let principal, let problem = try await absence(exchange, for: principal) { throw problem }
    throw principal == nil ? Problem.unauthenticated(exchange) : Problem.notHere
  }

  /// Why a new hook does not answer yet, for those who may run it.
  private func absence(_ exchange: Exchange, for principal: Principal) async throws -> Problem? {
    guard let instanceName = exchange.target.name(at: 0), let hook = exchange.target.name(at: 1),
      (try? Name.validate(instanceName, field: "instance")) != nil,
      let instance = try await services.store.instances.find(name: instanceName), principal.may(.invoker, in: instance),
      try await services.store.hooks.find(instance: instance.id, name: hook) == nil
    else { return nil }
    return services.deployer.preparationStatus(instance: instance.id, hook: hook)?.reason(why: hook)
  }

  private typealias Place = (instance: Instance, hook: Hook)

  /// Names are looked up as they are; one that breaks the rule for names is nobody's.
  private func find(_ exchange: Exchange) async throws -> Place? {
    guard let instanceName = exchange.target.name(at: 0), let hookName = exchange.target.name(at: 1),
      (try? Name.validate(instanceName, field: "instance")) != nil,
      (try? Name.validate(hookName, field: "hook")) != nil,
      let instance = try await services.store.instances.find(name: instanceName),
      let hook = try await services.store.hooks.find(instance: instance.id, name: hookName)
    else { return nil }
    return (instance, hook)
  }

  static func response(to answer: RunAnswer, instance: Instance, trace: TraceContext) -> HTTPAnswer {
    switch answer {
    case .accepted(let run):
      let reference = RunReference(run: run.id, traceparent: trace.text)
      return .json(
        TraceResource(run, instance: instance.name), status: 202,
        headers: reference.headers + [HeaderField(name: "Location", value: "/api/v1/runs/\(run.id)")])
    case .response(let response):
      let reference = RunReference(run: response.run, traceparent: trace.text)
      guard (200...599).contains(response.head.status) else {
        response.callerHungUp()
        let problem = Problem(
          .runFailed, "the hook answered with status \(response.head.status)", rule: "200 to 599")
        return .problem(problem, run: reference)
      }
      let ours: Set<String> = ["connection", "date", "grapnel-run", "traceparent"]
      let headers = response.head.headers.filter { !ours.contains($0.name.lowercased()) }
      return HTTPAnswer(status: response.head.status, headers: headers + reference.headers, body: .run(response))
    }
  }
}
