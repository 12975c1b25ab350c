public import Doors
import HTTPTypes
public import Identity
import Model
public import Records

/// The data side in the words of the Kinto protocol, version 1.23: a translation, without any say in what may be done.
public struct KintoDoor: Door {
  let service: RecordService
  let accounts: any AccountProving
  let keys: KeyRing
  let configuration: KintoConfiguration
  let report: @Sendable (any Error) -> Void
  let reader: RequestReader
  let feeds = FeedPlaces()
  private let room = BodyRoom(most: KintoConfiguration.bodiesMax)

  /// - Parameter report: is told of faults of the server itself, which clients are not.
  public init(
    service: RecordService, accounts: any AccountProving, keys: KeyRing, configuration: KintoConfiguration,
    report: @escaping @Sendable (any Error) -> Void
  ) {
    self.service = service
    self.accounts = accounts
    self.keys = keys
    self.configuration = configuration
    self.report = report
    reader = RequestReader(service: service, accounts: accounts, clock: configuration.clock)
  }

  public func answer(_ request: DoorRequest) async -> DoorAnswer {
    var call = KintoCall(
      method: request.method, path: request.path, query: request.query, headers: request.headers,
      scheme: request.scheme, authority: request.authority)
    if call.method == "GET", case .feed(let target) = KintoRoute(call.path) {
      return await answerFeed(call, target, request)
    }
    let answer: KintoAnswer
    do {
      answer = try await self.answer(&call, request)
    } catch {
      answer = KintoError.answer(to: error, isRead: call.isRead)
      if answer.status >= 500 { report(error) }
    }
    return DoorAnswer(status: answer.status, headers: headers(of: answer, to: call), body: .bytes(answer.body))
  }

  private func answer(_ call: inout KintoCall, _ request: DoorRequest) async throws -> KintoAnswer {
    let route = KintoRoute(call.path)
    if let refusal = reader.refusal(call, route) { return refusal }
    let credentials = Credentials(
      service: service, accounts: accounts, keys: keys, basicAuthSecret: configuration.basicAuthSecret,
      caller: request.caller)
    let requester = try await credentials.requester(call.headers)
    guard call.takesBody else { return try await self.answer(call, route, by: requester, credentials) }
    let declared = call.headers[.contentLength].flatMap { Int($0) }
    let isChunked = call.headers[.transferEncoding] != nil
    let bytes = declared ?? (isChunked ? KintoConfiguration.bodyMax : 0)
    guard bytes <= KintoConfiguration.bodyMax else { throw Self.tooLarge }
    return try await room.with(bytes) {
      call.body = .bytes(try await request.body.collect(atMost: KintoConfiguration.bodyMax))
      return try await self.answer(call, route, by: requester, credentials)
    }
  }

  private static let tooLarge = Problem(
    .tooLarge, "the body is too large", rule: "at most \(KintoConfiguration.bodyMax) bytes")

  private func answer(
    _ call: KintoCall, _ route: KintoRoute, by requester: Requester, _ credentials: Credentials
  ) async throws -> KintoAnswer {
    if route == .batch { return try await answerBatch(call, by: requester, credentials) }
    let read = try await reader.request(call, route, by: requester)
    // A change of one object is a transaction of its own; what asks more than once needs a session.
    if case .data(let data) = read.subject, read.changes, !read.isInDefaultBucket, read.behaviour != .light {
      return try AnswerWriter(service: service).answer(try await service.perform(data, as: requester), to: data, read)
    }
    let carryOut: @Sendable (RecordSession) throws -> Result<KintoAnswer, DataRefusal> = { session in
      do {
        return .success(try KintoSession(session: session, service: service, configuration: configuration).answer(read))
      } catch let refusal as DataRefusal {
        // The bucket that was made on the way stays.
        return .failure(refusal)
      }
    }
    let result =
      read.changes
      ? try await service.write(as: requester, bytes: Self.size(call), carryOut)
      : try await service.read(as: requester, carryOut)
    return try result.get()
  }

  private static func size(_ call: KintoCall) -> Int {
    if case .bytes(let bytes) = call.body { bytes.count + 1024 } else { 1024 }
  }

  /// What all answers have, with what this one has.
  func headers(of answer: KintoAnswer, to call: KintoCall) -> HTTPFields {
    var fields = answer.headers
    if !answer.body.isEmpty || call.isHead, answer.status != 304, answer.status != 204 {
      fields[.contentType] = "application/json"
    }
    fields[KintoHeaders.nosniff] = "nosniff"
    fields[KintoHeaders.contentSecurityPolicy] = KintoHeaders.policy
    fields[KintoHeaders.exposeHeaders] = answer.exposed.map { KintoHeaders.exposed + ", " + $0 } ?? KintoHeaders.exposed
    if call.headers[.origin] != nil { fields[KintoHeaders.allowOrigin] = "*" }
    return fields
  }
}
