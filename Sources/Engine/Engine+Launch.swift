import Content
import Model
import Runtimes
import Store

extension Engine {
  /// What the process of `plan` is started with: the variables and secrets of this moment.
  ///
  /// Off the loop: it may read the store, opens what is sealed, and makes the mask.
  ///
  /// - Throws: `UnusableSecret` if the run must not be started, `Problem` `tooLarge` for a request that is too large.
  nonisolated func launch(of plan: RunExecution.Plan) async throws -> RunLaunch {
    let run = plan.run
    let given = try await variables.forRun(of: run.definition, hook: run.hook, in: run.instance)
    var length: Int64?
    switch plan.input {
    case .bytes(let bytes): length = Int64(bytes.count)
    case .stream(_, let known): length = known
    }
    var schedule: String?
    if let id = run.cause.schedule { schedule = try await scheduleNames.name(of: id, in: store.schedules) }
    let environment = try RunEnvironment.make(
      run: run.id, hook: run.hookName, instance: plan.instance.name, cause: run.cause,
      schedule: schedule, definition: run.definition, variables: given.environment.merging(given.secrets) { $1 },
      payload: plan.payload,
      payloadText: plan.payloadText, config: given.config, request: run.request, contentLength: length,
      traceparent: run.request?.traceparent, fixed: catalog.manifest(named: run.definition.runtime).environment)
    return RunLaunch(environment: environment, mask: SecretMask(given.secrets.values))
  }
}

extension RunFailure {
  init(_ refusal: UnusableSecret) {
    let hint = refusal.problem.hint.map { "; \($0)" } ?? ""
    self.init(reason: "secret", message: refusal.problem.message + hint, setting: "secrets")
  }
}
