import HummingbirdCore
import Model
import NIOCore
import Store

/// A live tail of a log as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
///
/// The feed only says that there is something new: the entries themselves are read from the store, so that a reader who
/// is slower than the log misses nothing, gets nothing twice, and costs no memory. The look at every heartbeat finds
/// what another server of the same store has written.
struct LogTail: Sendable {
  private static let pageSize = 256

  private enum Signal: Sendable {
    case news(Int64)
    case heartbeat
  }

  let logs: any LogStore
  let filter: LogFilter
  let feed: AsyncStream<LogEntry>
  let heartbeat: Duration
  let watch: CallerWatch

  /// Writes until the client goes, the server ends the connection, or the feed ends.
  func write(to writer: inout any ResponseBodyWriter) async throws {
    // Only the newest signal matters: each is answered with all that there is.
    let (signals, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(1))
    let numbers = [watch.whenGone { continuation.finish() }, watch.whenEnding { continuation.finish() }]
    let feed = self.feed
    let interval = heartbeat
    let follower = Task {
      for await entry in feed { continuation.yield(.news(entry.sequence)) }
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
    var last = try await catchUp(from: filter.after ?? 0, &writer)
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
    var filter = filter
    filter.after = sequence
    while true {
      let entries = try await logs.list(filter, limit: Self.pageSize)
      for entry in entries {
        var event = ByteBuffer(string: "event: log\nid: \(entry.sequence)\ndata: ")
        // JSON text has no line break but the one at its end.
        event.writeBytes(LogResource(entry).json)
        event.writeString("\n")
        try await writer.write(event)
        filter.after = entry.sequence
      }
      if entries.count < Self.pageSize || watch.isGone { return filter.after ?? sequence }
    }
  }
}
