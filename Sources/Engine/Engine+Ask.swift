import Model

/// Hooks that are asked something while somebody's request waits.
extension Engine {
  /// Runs a hook and waits for its answer, for as long as the budget says.
  ///
  /// - Parameter longest: how many bytes the answer may have.
  /// - Throws: `RunProblem`, whose problem says what happened to the run.
  nonisolated func ask(
    _ hook: Hook, in instance: Instance, cause: RunCause, payload: JSONValue, budget: RunBudget, longest: Int
  ) async throws(RunProblem) -> HookAnswer {
    let id = ID<Run>(at: clock.now)
    var invocation = Invocation(
      id: id, instance: instance, hook: hook, cause: cause, payload: payload, input: .bytes(payload.serializedBytes),
      depth: cause.depth)
    invocation.budget = budget
    guard case .response(let response) = try await invoke(invocation) else {
      throw RunProblem(Problem(.internal, "a run that is waited for was put off"), run: id)
    }
    var body: [UInt8] = []
    do {
      for try await chunk in response.body {
        body += chunk
        guard body.count <= longest else {
          response.callerHungUp()
          throw Problem(.runFailed, "it answered with more than \(ByteSize(bytes: Int64(longest)))")
        }
      }
    } catch let problem as RunProblem {
      throw problem
    } catch {
      throw RunProblem(error as? Problem ?? Problem(.internal, "\(error)"), run: id)
    }
    return HookAnswer(run: id, status: response.head.status, body: body)
  }
}
