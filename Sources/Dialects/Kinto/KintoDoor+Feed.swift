import Doors
import HTTPTypes
import Model
import Records

/// What happens in a class, as it happens: an address that the protocol does not have.
extension KintoDoor {
  /// Answers a request for the changes of a class.
  func answerFeed(_ call: KintoCall, _ target: DataTarget, _ request: DoorRequest) async -> DoorAnswer {
    do {
      let feed = try await feed(call, target, request)
      var answer = KintoAnswer(200)
      answer.headers[.cacheControl] = "no-store"
      var headers = headers(of: answer, to: call)
      headers[.contentType] = "text/event-stream"
      return DoorAnswer(
        status: 200, headers: headers, body: .stream(AsyncThrowingStream(unfolding: { try await feed.next() })))
    } catch {
      let answer = KintoError.answer(to: error, isRead: true)
      if answer.status >= 500 { report(error) }
      return DoorAnswer(status: answer.status, headers: headers(of: answer, to: call), body: .bytes(answer.body))
    }
  }

  private func feed(_ call: KintoCall, _ target: DataTarget, _ request: DoorRequest) async throws -> ClassFeed {
    if let accept = call.headers[.accept], !Self.admitsEvents(accept) {
      throw DataRefusal.invalid([DataFault(.header, "Accept", "Accept has to admit text/event-stream")])
    }
    let credentials = Credentials(
      service: service, accounts: accounts, keys: keys, basicAuthSecret: configuration.basicAuthSecret,
      caller: request.caller)
    let requester = try await credentials.requester(call.headers)
    var target = target
    if target.bucket == KintoRoute.defaultBucket {
      guard let user = requester.user else { throw DataRefusal.unauthenticated }
      target.bucket = service.configuration.personalBucket(user)
    }
    let last = try Self.start(call)
    let place = try feeds.take(for: requester.user ?? request.caller.address ?? "")
    let headers = call.headers
    return try await ClassFeed(
      target, of: service, for: requester, after: last, heartbeat: configuration.heartbeat, in: place,
      whenOver: request.caller.whenOver, sender: { try await credentials.requester(headers) })
  }

  private static func admitsEvents(_ accept: String) -> Bool {
    accept.split(separator: ",").contains { part in
      let type = part.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
      return ["text/event-stream", "text/*", "*/*"].contains(type)
    }
  }

  private static let lastEventID = HTTPField.Name("Last-Event-ID")!

  /// The moment after which the feed begins: that of the last event that the reader has, or what the query says.
  private static func start(_ call: KintoCall) throws -> Int64? {
    var start: Int64?
    for part in call.query.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let (name, text) = (String(pair[0]), pair.count > 1 ? PercentText.decode(pair[1], plusIsSpace: true) ?? "" : "")
      guard name == "_since" || name == "after" else {
        throw DataRefusal.invalid([
          DataFault(.querystring, String(name.prefix(60)), "a feed takes _since, and no filters")
        ])
      }
      start = try moment(text, of: .querystring, name)
    }
    if let text = call.headers[lastEventID], !text.isEmpty { start = try moment(text, of: .header, "Last-Event-ID") }
    return start
  }

  private static func moment(_ text: String, of place: DataFault.Place, _ name: String) throws -> Int64 {
    let digits = text.utf8.first == UInt8(ascii: "\"") ? text.dropFirst().dropLast() : Substring(text)
    guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let moment = Int64(digits)
    else { throw DataRefusal.invalid([DataFault(place, name, "Invalid value for \(name)")]) }
    return moment
  }
}
