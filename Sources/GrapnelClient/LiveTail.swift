import Foundation
import Model

/// Items of a list as they come, in the order of their sequence and without a gap over lost connections.
public struct LiveTail<Element: Decodable & Sendable>: AsyncSequence, Sendable {
  /// What is followed.
  struct Source: Sendable {
    let path: [String]
    let query: [(String, String?)]
    /// The name of its server-sent events.
    let event: String
    /// The sequence number that the first item follows; `nil` begins with what comes from now on.
    let after: Int64?
    let sequence: @Sendable (Element) -> Int64
  }

  let client: Client
  let source: Source
  let pause: @Sendable (Duration) async throws -> Void

  public func makeAsyncIterator() -> Iterator {
    Iterator(client: client, source: source, pause: pause)
  }

  public struct Iterator: AsyncIteratorProtocol {
    private let client: Client
    private let source: Source
    private let pause: @Sendable (Duration) async throws -> Void
    private var parser = ServerSentEventParser()
    private var body: AsyncThrowingStream<[UInt8], any Error>.Iterator?
    private var waiting: ArraySlice<Element> = []
    private var last: Int64?
    private var wasConnected = false
    private var failures = 0
    private var retryMilliseconds: Int64 = 1000

    init(client: Client, source: Source, pause: @escaping @Sendable (Duration) async throws -> Void) {
      self.client = client
      self.source = source
      self.pause = pause
      last = source.after
    }

    /// - Throws: `ClientError` when the first connection fails or the server refuses; later losses are mended.
    public mutating func next() async throws -> Element? {
      while true {
        if let message = waiting.popFirst() {
          last = source.sequence(message)
          return message
        }
        do {
          if body == nil { try await connect() }
          guard let bytes = try await body?.next() else {
            try Task.checkCancellation()
            throw ClientError.unreachable(server: client.server.absoluteString, reason: "the stream ended")
          }
          waiting = try read(bytes)[...]
          if !waiting.isEmpty { failures = 0 }
        } catch let error as ClientError {
          body = nil
          guard wasConnected, error.isPassing else { throw error }
          try await pause(waitingTime)
          failures += 1
        }
      }
    }

    /// What the server asked for, otherwise one second; doubled with each failure in a row, at most 30 seconds.
    private var waitingTime: Duration {
      let first = Swift.min(retryMilliseconds, 30_000)
      return .milliseconds(Swift.min(first << Int64(Swift.min(failures, 5)), 30_000))
    }

    private mutating func connect() async throws {
      parser = ServerSentEventParser()
      var headers = [HeaderField(name: "Accept", value: "text/event-stream")]
      if let last { headers.append(HeaderField(name: "Last-Event-ID", value: String(last))) }
      let address = client.url(source.path, query: source.query + [("after", last.map(String.init))])
      let response = try await client.send("GET", address, headers: headers, patience: .seconds(90))
      body = response.body.makeAsyncIterator()
      wasConnected = true
    }

    private mutating func read(_ bytes: [UInt8]) throws -> [Element] {
      let events = try parser.feed(bytes)
      retryMilliseconds = parser.retryMilliseconds ?? retryMilliseconds
      return try events.filter { $0.name == source.event }.map { event in
        do {
          return try JSONDecoder().decode(Element.self, from: Data(event.data.utf8))
        } catch {
          throw ClientError.unexpectedAnswer(status: 200, detail: "an event of the stream is not what it should be")
        }
      }
    }
  }
}

extension ClientError {
  /// Whether the same request may well succeed a little later.
  fileprivate var isPassing: Bool {
    switch self {
    case .unreachable: true
    case .refused(_, let status): status == 429 || status >= 500
    case .unexpectedAnswer(let status, _): status >= 500
    }
  }
}
