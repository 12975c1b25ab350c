import Content
import Engine
import Identity
import Model
import Store

/// `ANY /{instance}/{hook}[/rest]`: turns requests into runs and their answers into responses.
///
/// Who sees what: without a key that works, everything but a public hook is answered 401, be it there or not; with a
/// key, everything outside the key's own instance is answered 404, be it there or not. So names cannot be probed, and
/// 403 does not occur: every role may run hooks.
struct RunDoor: Sendable {
  let services: GatewayServices
  let configuration: GatewayConfiguration

  func answer(_ exchange: Exchange) async throws -> HTTPAnswer {
    let (principal, instance, hook) = try await admit(exchange)
    let endpoint = hook.version.definition.endpoint
    guard endpoint.methods.isEmpty || endpoint.methods.contains(exchange.method) else {
      return .problem(
        .methodNotAllowed(exchange.method, allowed: endpoint.methods),
        headers: [HeaderField(name: "Allow", value: endpoint.methods.joined(separator: ", "))])
    }
    let input = try await RunDoorInput(exchange, hook: hook, bufferedBodyLimit: configuration.bufferedBodyLimit)
    let request = exchange.runRequest(path: try exchange.target.rest(after: 2), query: input.query)
    let invocation = Invocation(
      id: ID(at: services.clock.now), instance: instance, hook: hook,
      cause: RunCause(kind: .http, endpoint: hook.id.text, key: principal?.key.id), request: request,
      payload: input.payload, textMembers: input.textMembers, input: input.input,
      isAsynchronous: input.isAsynchronous)
    do {
      let answer = try await services.runs.invoke(invocation, for: exchange.watch)
      return Self.response(to: answer, instance: instance, trace: exchange.trace)
    } catch {
      var problem = error.problem
      if exchange.body.isTooLarge {
        problem = Problem(.tooLarge, "the body is too large", rule: "at most \(configuration.bodyLimit) bytes")
      }
      return .problem(problem, run: RunReference(run: error.run, traceparent: exchange.trace.text))
    }
  }

  /// Who asks for what.
  ///
  /// - Throws: `Problem` `unauthenticated` or `notFound`, the same for what is not there and what is not theirs.
  private func admit(_ exchange: Exchange) async throws -> (Principal?, Instance, Hook) {
    var principal: Principal?
    if let bearer = exchange.bearer { principal = try await services.keys.authenticate(bearer) }
    if let (instance, hook) = try await find(exchange) {
      let isTheirs = principal?.may(.invoker, in: instance) == true
      // A public hook may have a use of its own for the header: what is not our key is not held against the caller.
      if isTheirs || hook.version.definition.endpoint.isPublic { return (isTheirs ? principal : nil, instance, hook) }
    }
    if let principal, let problem = try await absence(exchange, for: principal) { throw problem }
    throw principal == nil ? Problem.unauthenticated : Problem.notHere
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

  /// Names are looked up as they are; one that breaks the rule for names is nobody's.
  private func find(_ exchange: Exchange) async throws -> (Instance, Hook)? {
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
