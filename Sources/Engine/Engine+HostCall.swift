import Model
import Runtimes
import Store

extension Engine {
  /// How much of another hook's answer a run may receive.
  private nonisolated static var longestReply: Int { 1 << 20 }

  /// Answers what a run asks of its host, within the scopes that its hook declares.
  nonisolated func answer(_ call: HostCall, of plan: RunExecution.Plan) async -> HostReply {
    do {
      switch call.method {
      case "hooks.run": return .success(try await runHook(call.parameters, for: plan))
      case "events.emit": return .success(try await emit(call.parameters, for: plan))
      case let method where HostRecords.methods.contains(method):
        guard let records = await records else { throw Problem(.unavailable, "this host keeps no records") }
        return .success(try await HostRecords(service: records).answer(call, of: plan))
      default:
        let methods = (["hooks.run", "events.emit"] + HostRecords.methods).joined(separator: ", ")
        throw Problem(.notFound, "a host has no method \(call.method)", hint: "there are: \(methods)")
      }
    } catch let problem as RunProblem {
      return .failure(problem.problem)
    } catch {
      return .failure(error as? Problem ?? Problem(.internal, "\(error)"))
    }
  }

  private nonisolated func runHook(_ parameters: JSONValue, for plan: RunExecution.Plan) async throws -> JSONValue {
    guard let name = parameters["hook"]?.stringValue else {
      throw Problem(.invalid, "the name of the hook is missing", field: "hook")
    }
    let scopes = plan.run.definition.scopes
    guard scopes.contains("hooks.run") || scopes.contains("hooks.run:\(name)") else {
      throw Problem(
        .forbidden, "the hook may not run \(name)", field: "scopes", hint: "declare scopes: [hooks.run:\(name)]")
    }
    guard let hook = try await store.hooks.find(instance: plan.run.instance, name: name) else {
      throw Problem(.notFound, "there is no hook \(name)", field: "hook")
    }
    let payload = parameters["payload"] ?? .object([:])
    let answer = try await invoke(
      Invocation(
        id: ID(at: clock.now), instance: plan.instance, hook: hook,
        cause: RunCause(
          kind: .hook, parent: plan.run.id, depth: plan.run.cause.depth, chain: plan.run.cause.chain),
        payload: payload,
        input: .bytes(payload.serializedBytes), depth: plan.depth + 1))
    switch answer {
    case .accepted(let run): return ["run": .string(run.id.text), "status": 202]
    case .response(let response): return try await reply(of: response)
    }
  }

  private nonisolated func emit(_ parameters: JSONValue, for plan: RunExecution.Plan) async throws -> JSONValue {
    guard let kind = parameters["kind"]?.stringValue else {
      throw Problem(.invalid, "the kind of the event is missing", field: "kind")
    }
    try EventKind.validate(kind, field: "kind")
    let prefix = "events.emit:"
    let isAllowed = plan.run.definition.scopes.contains { scope in
      scope == "events.emit"
        || scope.hasPrefix(prefix) && EventKind.matches(kind, pattern: String(scope.dropFirst(prefix.count)))
    }
    guard isAllowed else {
      throw Problem(
        .forbidden, "the hook may not emit \(kind)", field: "scopes", hint: "declare scopes: [events.emit:\(kind)]")
    }
    guard await live[plan.run.id]?.takeEvent() ?? false else {
      throw Problem(
        .tooMany, "the run has emitted \(RunExecution.mostEvents) events, which is the most", rule: "of one run")
    }
    let event = try await emit(
      kind, data: parameters["data"] ?? [:], in: plan.run.instance, by: "run:\(plan.run.id)",
      cause: plan.run.consequence)
    return ["sequence": .int(event.sequence)]
  }

  private nonisolated func reply(of response: RunningResponse) async throws -> JSONValue {
    var body: [UInt8] = []
    for try await chunk in response.body {
      body += chunk
      guard body.count <= Self.longestReply else {
        response.callerHungUp()
        throw Problem(.tooLarge, "the answer of the hook is longer than \(ByteSize(bytes: Int64(Self.longestReply)))")
      }
    }
    var reply: [String: JSONValue] = [
      "run": .string(response.run.text), "status": .int(Int64(response.head.status)),
      "headers": .array(response.head.headers.map { .array([.string($0.name), .string($0.value)]) }),
    ]
    if let text = String(validating: body, as: UTF8.self) {
      reply["body"] = .string(text)
    } else {
      reply["base64"] = .string(CapturedBytes(body, isCut: false).base64 ?? "")
    }
    if let result = try await store.runs.bodies(response.run)?.result { reply["result"] = result }
    return .object(reply)
  }
}
