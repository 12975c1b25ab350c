import Content
import Engine
import Identity
import Model
import Store

extension ManagementAPI {
  func listHooks(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    var last: String?
    if let cursor = call.query.text("cursor") {
      guard (try? Name.validate(cursor, field: "cursor")) != nil else { throw APIQuery.badCursor }
      last = cursor
    }
    let limit = try call.query.limit()
    let hooks = try await services.store.hooks.list(instance: instance.id, after: last, limit: limit)
    return .json(
      Page(
        items: hooks.map { HookResource($0, instance: instance.name) },
        nextCursor: hooks.count == limit ? hooks.last?.name : nil))
  }

  func showHook(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    var resource = HookResource(try await hook(call, instance), instance: instance.name)
    resource.preparation = services.deployer.preparationStatus(instance: instance.id, hook: resource.name)
    return .json(resource)
  }

  /// Runs a hook by hand. Whatever the run's end, a run that ended is an answer.
  func runHook(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let hook = try await hook(call, instance)
    let members = try await call.members(limit: configuration.bufferedBodyLimit)
    guard let isAsynchronous = (members["async"] ?? false).boolValue else {
      throw Problem(.invalid, "the member cannot be read", field: "/async", rule: "true or false")
    }
    let invocation = Invocation(
      id: ID(at: services.clock.now), instance: instance, hook: hook,
      cause: RunCause(kind: .manual, key: principal.key.id), payload: members["payload"] ?? [:],
      input: .bytes(members["payload"]?.serializedBytes ?? []), isAsynchronous: isAsynchronous)
    return try await perform(invocation, call)
  }

  /// Runs an invocation and answers with its trace once it has ended, however, or 202 if nobody waits for it.
  func perform(_ invocation: Invocation, _ call: APICall) async throws -> HTTPAnswer {
    let (instance, trace) = (invocation.instance, call.exchange.trace)
    do {
      switch try await services.runs.invoke(invocation, for: call.exchange.watch) {
      case .accepted(let run):
        return RunDoor.response(to: .accepted(run), instance: instance, trace: trace)
      case .response(let response):
        let number = call.exchange.watch.whenGone { response.callerHungUp() }
        defer { call.exchange.watch.forget(number) }
        // The trace holds the body; it is stored when the body ends, well or not.
        do {
          for try await _ in response.body {}
        } catch {}
        return try await self.trace(response.run, instance, trace)
      }
    } catch let problem as RunProblem {
      if let run = problem.run, let stored = try? await self.trace(run, instance, trace) { return stored }
      return .problem(problem.problem, run: RunReference(run: problem.run, traceparent: trace.text))
    }
  }

  private func trace(_ id: ID<Run>, _ instance: Instance, _ trace: TraceContext) async throws -> HTTPAnswer {
    guard let run = try await services.store.runs.find(id) else {
      throw Problem(.internal, "the run left no trace")
    }
    let bodies = try await services.store.runs.bodies(id)
    return .json(
      TraceResource(run, instance: instance.name, bodies: bodies),
      headers: RunReference(run: id, traceparent: trace.text).headers)
  }

  /// The names that the hook of this name had before; what it did then is its own.
  func formerNames(_ name: String?, _ instance: Instance) async throws -> FormerNames? {
    guard let name, let hook = try await services.store.hooks.find(instance: instance.id, name: name) else {
      return nil
    }
    let names = try await services.store.hooks.formerNames(hook.id)
    return names.isEmpty ? nil : FormerNames(hook: hook.id, names: names)
  }

  func hook(_ call: APICall, _ instance: Instance) async throws -> Hook {
    guard let name = call.names["name"], (try? Name.validate(name, field: "name")) != nil,
      let hook = try await services.store.hooks.find(instance: instance.id, name: name)
    else {
      let reason = call.names["name"].flatMap { name in
        services.deployer.preparationStatus(instance: instance.id, hook: name)?.reason(why: name)
      }
      throw reason ?? Problem(.notFound, "there is no such hook")
    }
    return hook
  }
}
