import EventLoop
import Model

extension RunExecution {
  func readOutput(_ reader: PipeReader) async {
    defer { reader.close() }
    while let chunk = try? await reader.read() {
      let room = limits.output.bytes - bytesOut
      let kept = chunk.count > room ? Array(chunk.prefix(Int(room))) : chunk
      bytesOut += Int64(kept.count)
      output.append(kept)
      await forward(kept)
      if kept.count < chunk.count { intervene(.tooMuchOutput(stream: "standard output")) }
    }
  }

  func readErrors(_ reader: PipeReader) async {
    defer { reader.close() }
    while let chunk = try? await reader.read() {
      let room = limits.output.bytes - bytesToErrorOutput
      let kept = chunk.count > room ? Array(chunk.prefix(Int(room))) : chunk
      bytesToErrorOutput += Int64(kept.count)
      errorOutput.append(kept)
      for message in logLines.append(kept) { log(.info, .stderr, message) }
      if kept.count < chunk.count { intervene(.tooMuchOutput(stream: "standard error")) }
    }
  }

  /// Sends the head with what has been held back, if it is still open.
  func releaseHead() {
    guard plan.hasCaller, !answer.isDecided else { return }
    surroundings.becomesKnown()
    channel.put(held)
    held = []
    let response = head.response(contentType: "text/plain; charset=utf-8")
    answer.respond(RunningResponse(run: plan.run.id, head: response, body: RunBody(channel), contentLength: nil))
  }

  private func forward(_ chunk: [UInt8]) async {
    guard plan.hasCaller, !answer.isAccepted, !chunk.isEmpty else { return }
    // What the run said about its head before it wrote this must count before this goes out.
    if !answer.isDecided { controlHasMore() }
    guard !answer.isDecided else {
      await channel.send(chunk)
      return
    }
    held += chunk
    if plan.run.definition.endpoint.streams || held.count >= Self.headCapacity { releaseHead() }
  }
}
