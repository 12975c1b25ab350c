import Foundation
import Model
import Synchronization
import Testing

@testable import GrapnelClient

struct LogTailTests {
  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

  private static func event(_ sequence: Int) -> String {
    """
    event: log
    id: \(sequence)
    data: {"sequence":\(sequence),"time":"2026-11-21T11:00:00Z","level":"info","stream":"stderr","value":{"json":"m"}}


    """
  }

  private func tail(_ server: ScriptedServer, after: Int64? = nil, pauses: PauseList = PauseList()) -> LogTail {
    LogTail(client: Client(server: server.url, key: nil), query: LogQuery(after: after)) { pauses.append($0) }
  }

  @Test func givesEachMessageBeforeTheNextIsWritten() async throws {
    let server = try ScriptedServer([[Self.head, Self.event(1), Self.event(2), Self.event(3)]], gated: true)
    var messages = tail(server).makeAsyncIterator()
    server.release()
    for sequence in 1...3 {
      server.release()
      #expect(try await messages.next()?.sequence == Int64(sequence))
    }
  }

  @Test func goesOnAfterTheLastMessageWhenTheConnectionIsLost() async throws {
    let server = try ScriptedServer([
      [Self.head, "retry: 40\n\n", Self.event(5), "event: log\nid: 6\ndata: {\"cut"],
      jsonAnswer("{\"error\":{\"code\":\"unavailable\",\"message\":\"starting\"}}", status: 503),
      [Self.head + Self.event(6)],
    ])
    let pauses = PauseList()
    var messages = tail(server, after: 4, pauses: pauses).makeAsyncIterator()
    #expect(try await messages.next()?.sequence == 5)
    #expect(try await messages.next()?.sequence == 6)
    #expect(pauses.all == [.milliseconds(40), .milliseconds(80)])
    #expect(server.requests.count == 3)
    #expect(server.requests[0].lowercased().contains("last-event-id: 4\r\n"))
    #expect(server.requests[1].lowercased().contains("last-event-id: 5\r\n"))
    #expect(server.requests[2].contains("after=5"))
  }

  @Test func doesNotTryAgainWhatTheServerRefuses() async throws {
    let server = try ScriptedServer([
      [Self.head + Self.event(1)], jsonAnswer("{\"error\":{\"code\":\"forbidden\",\"message\":\"no\"}}", status: 403),
    ])
    var messages = tail(server).makeAsyncIterator()
    #expect(try await messages.next()?.sequence == 1)
    await #expect(throws: ClientError.refused(ProblemResource(error: Problem(.forbidden, "no")), status: 403)) {
      _ = try await messages.next()
    }
  }
}

/// The pauses that a tail made, instead of making them.
final class PauseList: Sendable {
  private let pauses = Mutex<[Duration]>([])
  var all: [Duration] { pauses.withLock { $0 } }
  func append(_ pause: Duration) { pauses.withLock { $0.append(pause) } }
}
