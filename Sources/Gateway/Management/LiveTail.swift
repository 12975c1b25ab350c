import HummingbirdCore
import Model
import NIOCore

/// A live tail of a list as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
///
/// The feed only says that there is something new: the items themselves are read from the store, so that a reader who
/// is slower than the feed misses nothing, gets nothing twice, and costs no memory. The look at every heartbeat finds
/// what another server of the same store has written.
struct LiveTail: Sendable {
  struct Item: Sendable {
    let sequence: Int64
    /// One line of JSON, with its newline.
    let json: [UInt8]
  }

  private static let pageSize = 256

  private enum Signal: Sendable {
    case news(Int64)
    case heartbeat
  }

  /// The name of its server-sent events.
  let event: String
  /// The sequence number that its first item follows.
  let start: Int64
  /// The items after a sequence number, in order.
  let page: @Sendable (_ after: Int64, _ limit: Int) async throws -> [Item]
  /// Calls back whenever there is news, with its sequence number or 0, until the feed ends.
  let follow: @Sendable (_ news: @Sendable (Int64) -> Void) async -> Void
  let heartbeat: Duration
  let watch: CallerWatch

  /// The answer that it is.
  var answer: HTTPAnswer {
    HTTPAnswer(
      status: 200, headers: [HeaderField(name: "Content-Type", value: "text/event-stream")] + HTTPAnswer.ownHeaders,
      body: .stream { writer in try await write(to: &writer) })
  }

  /// Writes until the client goes, the server ends the connection, or the feed ends.
  private func write(to writer: inout any ResponseBodyWriter) async throws {
    // Only the newest signal matters: each is answered with all that there is.
    let (signals, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(1))
    let numbers = [watch.whenGone { continuation.finish() }, watch.whenEnding { continuation.finish() }]
    let follow = self.follow
    let interval = heartbeat
    let follower = Task {
      await follow { continuation.yield(.news($0)) }
      continuation.finish()
    }
    let pulse = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: interval)
        continuation.yield(.heartbeat)
      }
    }
    defer {
      follower.cancel()
      pulse.cancel()
      for number in numbers { watch.forget(number) }
    }
    try await writer.write(ByteBuffer(string: ": tail\n\n"))
    var last = try await catchUp(from: start, &writer)
    for await signal in signals {
      switch signal {
      case .news(let sequence) where sequence > 0 && sequence <= last: continue
      case .news: break
      case .heartbeat: try await writer.write(ByteBuffer(string: ": heartbeat\n\n"))
      }
      last = try await catchUp(from: last, &writer)
    }
  }

  private func catchUp(from sequence: Int64, _ writer: inout any ResponseBodyWriter) async throws -> Int64 {
    var last = sequence
    while true {
      let items = try await page(last, Self.pageSize)
      for item in items {
        var text = ByteBuffer(string: "event: \(event)\nid: \(item.sequence)\ndata: ")
        // JSON text has no line break but the one at its end.
        text.writeBytes(item.json)
        text.writeString("\n")
        try await writer.write(text)
        last = item.sequence
      }
      if items.count < Self.pageSize || watch.isGone { return last }
    }
  }
}
