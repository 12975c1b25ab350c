/// Something that happens once, and that one test waits for.
struct Signal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() {
    (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  func fire() { continuation.yield() }

  func wait() async {
    for await _ in stream { return }
  }
}
