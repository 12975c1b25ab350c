import Engine

extension RunService {
  /// Invokes; a synchronous run is cancelled when its caller goes before there is an answer.
  func invoke(_ invocation: Invocation, for watch: CallerWatch) async throws(RunProblem) -> RunAnswer {
    let task = Task(executorPreference: executor(for: invocation)) { () -> Result<RunAnswer, RunProblem> in
      do throws(RunProblem) {
        return .success(try await self.invoke(invocation))
      } catch {
        return .failure(error)
      }
    }
    // What was answered 202, or may have been, is owed to the caller whether they wait or not.
    guard !invocation.isAsynchronous else { return try await task.value.get() }
    let number = watch.whenGone { task.cancel() }
    defer { watch.forget(number) }
    let result = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    return try result.get()
  }
}
