import HTTPTypes
import Model
import Records

/// Several requests in one transaction.
extension KintoDoor {
  func answerBatch(_ outer: KintoCall, by requester: Requester, _ credentials: Credentials) async throws -> KintoAnswer
  {
    let batch = Batch(outer)
    guard batch.faults.isEmpty else { throw DataRefusal.invalid(batch.faults) }
    guard !batch.calls.isEmpty else { return KintoAnswer(200, body: Array(#"{"responses":[]}"#.utf8)) }
    var requests: [KintoRequest] = []
    // Most batches have one sender for all of their parts.
    var known: [String?: Requester] = [outer.headers[.authorization]: requester]
    for call in batch.calls {
      let text = call.headers[.authorization]
      let sender: Requester
      if let found = known[text] {
        sender = found
      } else {
        sender = try await credentials.requester(call.headers)
        known[text] = sender
      }
      requests.append(try await read(call, by: sender))
    }
    let answers = try await carryOut(requests, as: requester, bytes: Self.size(outer))
    return KintoAnswer(200, body: written(answers, requests.map(\.call)))
  }

  private static func size(_ call: KintoCall) -> Int {
    if case .bytes(let bytes) = call.body { bytes.count } else { 0 }
  }

  /// Reads a part; where it is sent elsewhere, it goes there.
  private func read(_ call: KintoCall, by sender: Requester) async throws -> KintoRequest {
    var call = call
    var route = KintoRoute(call.path)
    if case .redirect(let path) = route {
      call.path = path
      route = KintoRoute(path)
    }
    if case .feed = route { route = .batch }
    if route == .batch { return KintoRequest(call, .answered(KintoError.answer(404, 111, "Not Found")), by: sender) }
    if let refusal = reader.refusal(call, route) { return KintoRequest(call, .answered(refusal), by: sender) }
    return try await reader.request(call, route, by: sender)
  }

  private func carryOut(_ requests: [KintoRequest], as sender: Requester, bytes: Int) async throws -> [KintoAnswer] {
    let changes = requests.contains { $0.changes || $0.isInDefaultBucket }
    let all: @Sendable (RecordSession) throws -> [KintoAnswer] = { [self] session in
      try requests.map { request in
        try session.acting(as: request.requester) { session in
          try self.answer(request, in: session)
        }
      }
    }
    return changes
      ? try await service.write(as: sender, bytes: bytes, all) : try await service.read(as: sender, all)
  }

  /// The answer to one part. What the server itself fails at is the failure of the whole.
  private func answer(_ request: KintoRequest, in session: RecordSession) throws -> KintoAnswer {
    do {
      return try KintoSession(session: session, service: service, configuration: configuration).answer(request)
    } catch let refusal as DataRefusal {
      return KintoError.answer(to: refusal, isRead: request.call.isRead)
    } catch let problem as Problem {
      let answer = KintoError.answer(to: problem, isRead: request.call.isRead)
      guard answer.status < 500 else { throw problem }
      return answer
    }
  }

  private func written(_ answers: [KintoAnswer], _ calls: [KintoCall]) -> [UInt8] {
    var bytes = Array(#"{"responses":["#.utf8)
    bytes.reserveCapacity(answers.reduce(64) { $0 + $1.body.count + 640 })
    for (index, (answer, call)) in zip(answers, calls).enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += "{\"status\":\(answer.status),\"path\":".utf8
      bytes += JSONValue.string(PercentText.decode(call.path) ?? call.path).serializedBytes
      bytes += ",\"headers\":{".utf8
      for (number, field) in headers(of: answer, to: call).enumerated() {
        if number > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes += JSONValue.string(field.name.rawName).serializedBytes
        bytes.append(UInt8(ascii: ":"))
        bytes += JSONValue.string(field.value).serializedBytes
      }
      bytes += "},\"body\":".utf8
      bytes += call.isHead || answer.body.isEmpty ? Array("{}".utf8) : answer.body
      bytes.append(UInt8(ascii: "}"))
    }
    bytes += "]}".utf8
    return bytes
  }
}
