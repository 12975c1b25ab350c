public import Model

extension RunningResponse {
  /// The answer that a run gave to its caller, once more, as far as its trace tells.
  ///
  /// - Returns: `nil` if the trace does not hold the whole of it.
  /// - Throws: `RunProblem` if the answer was an error of the server's own.
  public static func replay(_ run: Run, _ bodies: RunBodies) throws(RunProblem) -> RunningResponse? {
    var head = bodies.response ?? RunResponse()
    guard run.status == .succeeded || (run.status == .failed && head.status >= 400) else {
      let failure = run.failure ?? RunFailure(reason: "host", message: "the run did not succeed")
      throw RunProblem(failure.problem(status: run.status), run: run.id)
    }
    guard !bodies.isOutputCut else { return nil }
    let body = AnswerBody(output: bodies.output, result: bodies.result)
    if let contentType = body.contentType, !head.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
      head.headers.append(HeaderField(name: "Content-Type", value: contentType))
    }
    if body.bytes.isEmpty, body.isEmptyResult, head.status == 200 { head.status = 204 }
    let trailers = head.trailers
    head.trailers = []
    return RunningResponse(
      run: run.id, head: head, body: RunBody(WholeBody(body.bytes, trailers: trailers)),
      contentLength: trailers.isEmpty ? body.bytes.count : nil)
  }
}
