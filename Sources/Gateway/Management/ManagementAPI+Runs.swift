import Identity
import Model
import Store

extension ManagementAPI {
  func listRuns(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let name = call.query.text("hook")
    let schedule = try call.query.text("schedule").map { text in
      guard let id = ID<Schedule>(text) else {
        throw Problem(.invalid, "the parameter cannot be read", field: "schedule", rule: "the id of a schedule")
      }
      return id
    }
    let trigger = try call.query.text("trigger").map { text in
      guard let id = ID<Trigger>(text) else {
        throw Problem(.invalid, "the parameter cannot be read", field: "trigger", rule: "the id of a trigger")
      }
      return id
    }
    let filter = RunFilter(
      instance: instance.id, hookName: name, formerly: try await formerNames(name, instance),
      status: try call.query.choice("status", RunStatus.self), schedule: schedule, trigger: trigger,
      since: try call.query.time("since", now: services.clock.now))
    let (runs, next) = try await services.store.runs.list(
      filter, cursor: call.query.text("cursor"), limit: try call.query.limit())
    return .json(Page(items: runs.map { TraceResource($0, instance: instance.name) }, nextCursor: next))
  }

  func showRun(_ call: APICall, _ principal: Principal, _ instance: Instance, _ run: Run) async throws -> HTTPAnswer {
    let bodies = try await services.store.runs.bodies(run.id)
    var attempts: [Run] = []
    if run.retryOf != nil || run.definition.retries != nil {
      attempts = try await services.store.runs.attempts(of: run.retryOf ?? run.id)
    }
    return .json(
      TraceResource(run, instance: instance.name, bodies: bodies, attempts: attempts),
      headers: RunReference(run: run.id, traceparent: run.request?.traceparent).headers)
  }

  func cancelRun(_ call: APICall, _ principal: Principal, _ instance: Instance, _ run: Run) async throws -> HTTPAnswer {
    let cancelled = try await services.runs.cancel(run.id, by: principal.actor)
    return .json(
      TraceResource(cancelled, instance: instance.name),
      headers: RunReference(run: run.id, traceparent: run.request?.traceparent).headers)
  }
}
