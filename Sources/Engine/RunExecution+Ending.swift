import Model
import Sandbox
import Store

extension RunExecution {
  func outcome(exit: SandboxExit, startedAt: Timestamp) -> RunOutcome {
    let verdict = RunVerdict(exit: exit, intervention: intervention, exception: exception, limits: limits)
    // A result is the body only of a run that printed nothing.
    let body = AnswerBody(output: held, result: bytesOut == 0 ? result : nil)
    let use = ResourceUse(
      cpuMicroseconds: exit.cpuMicroseconds, peakMemoryBytes: exit.peakMemoryBytes, bytesIn: bytesIn,
      bytesOut: isOwnAnswer(verdict.status) ? max(bytesOut, Int64(body.bytes.count)) : bytesOut)
    let end = RunEnd(
      status: verdict.status, endedAt: max(startedAt, surroundings.clock.now), startedAt: startedAt,
      exitCode: verdict.exitCode, signal: verdict.signal, use: use, failure: verdict.failure,
      attempt: plan.run.attempt)
    var response = head.response(contentType: nil)
    response.trailers = head.trailers
    if let mask { response = mask.mask(response) }
    let bodies = RunBodies(
      payload: plan.payload, input: inputCopy.bytes, isInputCut: inputCopy.isCut, output: output.bytes,
      isOutputCut: output.isCut || bytesOut >= limits.output.bytes, errorOutput: errorOutput.bytes,
      isErrorOutputCut: errorOutput.isCut || bytesToErrorOutput >= limits.output.bytes,
      result: result.map { mask?.mask($0) ?? $0 },
      response: response)
    return RunOutcome(end: end, bodies: bodies, body: body, logs: pendingLogs, failedStep: exit.failedStep)
  }

  /// Whether the caller gets the answer of the run, not of the host. A hook that set an error status itself and then
  /// failed has said what its caller shall see.
  private func isOwnAnswer(_ status: RunStatus) -> Bool {
    status == .succeeded || (status == .failed && (head.status ?? 0) >= 400)
  }

  /// Gives the caller the answer, or the rest of it. Called once, after the outcome has been recorded or that has failed.
  func conclude(_ outcome: RunOutcome, isRecorded: Bool) {
    let failure = outcome.end.failure ?? RunFailure(reason: "host", message: "the run did not succeed")
    let problem = RunProblem(failure.problem(status: outcome.end.status), run: plan.run.id)
    guard !answer.isDecided else {
      if outcome.end.status == .succeeded {
        // A result that came after the head was flushed; printed output is on its way already.
        if bytesOut == 0 { channel.put(outcome.body.bytes) }
        channel.finish(trailers: head.trailers)
      } else {
        channel.fail(problem)
      }
      return
    }
    // An answer of the run's own, be it an error that it chose, says that the run is on record.
    guard isRecorded, isOwnAnswer(outcome.end.status) else {
      answer.fail(problem)
      channel.fail(problem)
      return
    }
    let body = outcome.body
    var response = head.response(contentType: body.contentType)
    if body.bytes.isEmpty, body.isEmptyResult, head.status == nil { response.status = 204 }
    channel.finish()
    let length = head.trailers.isEmpty ? body.bytes.count : nil
    answer.respond(
      RunningResponse(
        run: plan.run.id, head: response, body: RunBody(WholeBody(body.bytes, trailers: head.trailers)),
        contentLength: length))
  }
}
