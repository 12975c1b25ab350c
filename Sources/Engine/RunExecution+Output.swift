import EventLoop
import Model

extension RunExecution {
  func readOutput(_ reader: PipeReader) async {
    defer { reader.close() }
    while let chunk = try? await reader.read() {
      let room = limits.output.bytes - bytesOut
      let kept = chunk.count > room ? Array(chunk.prefix(Int(room))) : chunk
      bytesOut += Int64(kept.count)
      keep(kept)
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
      keepErrors(errorMask?.append(kept) ?? kept)
      if kept.count < chunk.count { intervene(.tooMuchOutput(stream: "standard error")) }
    }
  }

  private func keep(_ chunk: [UInt8]) {
    // Beyond what is kept there is nothing to mask.
    guard !output.isCut else { return }
    output.append(outputMask?.append(chunk) ?? chunk)
  }

  private func keepErrors(_ chunk: [UInt8]) {
    errorOutput.append(chunk)
    for message in logLines.append(chunk) { log(.info, .stderr, message) }
  }

  /// Gives out what was held back, once nothing more comes.
  func finishMasking() {
    let most = limits.output.bytes
    if let rest = outputMask?.finish(isCut: bytesOut >= most), !output.isCut { output.append(rest) }
    if let rest = errorMask?.finish(isCut: bytesToErrorOutput >= most) { keepErrors(rest) }
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
