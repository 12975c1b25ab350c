import HTTPTypes
import Model
import Records
import Store

/// Reads calls: addresses, methods, media types, preconditions, bodies. In the order in which the protocol has them
/// refused.
struct RequestReader: Sendable {
  let service: RecordService
  let accounts: any AccountProving
  let clock: any WallClock

  private static let json = "application/json"

  /// What is wrong with a call before anybody asks who sent it.
  func refusal(_ call: KintoCall, _ route: KintoRoute) -> KintoAnswer? {
    guard let methods = methods(of: route) else { return unroutable(call, route) }
    guard methods.contains(call.method) else {
      var answer = KintoError.answer(
        405, 115, "Method Not Allowed", "Method not allowed on this endpoint.")
      answer.headers[.allow] = methods.joined(separator: ", ")
      return answer
    }
    if call.method == "OPTIONS" { return CrossOrigin.answer(call, methods: methods) }
    if call.takesBody, let type = call.mediaType, !type.isEmpty, !types(call, route).contains(type) {
      let types = types(call, route).joined(separator: ", ")
      return KintoError.invalid(
        [DataFault(.header, "Content-Type", "Content-Type is not one of \(types)")], status: 415)
    }
    if case .feed = route { return nil }
    if let accept = call.headers[.accept], !Self.admitsJSON(accept) {
      return KintoError.invalid([DataFault(.header, "Accept", "Accept has to admit \(Self.json)")], status: 406)
    }
    return nil
  }

  private func methods(of route: KintoRoute) -> [String]? {
    switch route {
    case .flush where !service.configuration.mayBeFlushed: nil
    case .history where !service.configuration.keepsHistory: nil
    default: route.methods
    }
  }

  private func unroutable(_ call: KintoCall, _ route: KintoRoute) -> KintoAnswer {
    switch route {
    case .redirect(let path):
      var answer = KintoAnswer(307)
      let query = call.query.isEmpty ? "" : "?" + call.query
      answer.headers[.location] = "\(call.scheme)://\(call.authority)\(PercentText.addressable(path + query))"
      answer.headers[.cacheControl] = "max-age=3600"
      answer.headers[.expires] = DateText.http(milliseconds: clock.now.microseconds / 1000 + 3_600_000)
      return answer
    case .illegible: return KintoError.invalid([DataFault(.path, nil, "Invalid URL path.")])
    default:
      return KintoError.answer(404, 111, "Not Found", "The resource you are looking for could not be found.")
    }
  }

  private func types(_ call: KintoCall, _ route: KintoRoute) -> [String] {
    guard call.method == "PATCH", case .object = route else { return [Self.json] }
    return [Self.json, KintoBody.merge, KintoBody.patch]
  }

  static func admitsJSON(_ accept: String) -> Bool {
    accept.split(separator: ",").contains { part in
      let type = part.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
      return type == json || type == "*/*" || type == "application/*"
    }
  }

  /// Reads a call that was not refused.
  func request(_ call: KintoCall, _ route: KintoRoute, by requester: Requester) async throws -> KintoRequest {
    switch route {
    case .root: return KintoRequest(call, .root, by: requester)
    case .heartbeat: return KintoRequest(call, .heartbeat, by: requester)
    case .balancerHeartbeat:
      return KintoRequest(call, .answered(KintoAnswer(200, body: Array("{}".utf8))), by: requester)
    case .flush: return KintoRequest(call, .flush, by: requester)
    case .permissions: return listing(call, .permissions, by: requester)
    case .history(let bucket):
      var request = listing(call, .history(bucket: bucket), by: requester)
      request.isInDefaultBucket = bucket == KintoRoute.defaultBucket
      return request
    case .object(let target): return try await data(call, target, isList: false, by: requester)
    case .list(let target): return try await data(call, target, isList: true, by: requester)
    case .batch, .feed, .redirect, .nowhere, .illegible:
      throw Problem(.internal, "the address is not one of a single request")
    }
  }

  private func listing(_ call: KintoCall, _ subject: KintoRequest.Subject, by requester: Requester) -> KintoRequest {
    var request = KintoRequest(call, subject, by: requester)
    request.query = KintoQuery(call.query, isList: true, now: now)
    return request
  }

  private var now: Int64 { clock.now.microseconds / 1000 }

  private func data(
    _ call: KintoCall, _ target: DataTarget, isList: Bool, by requester: Requester
  ) async throws -> KintoRequest {
    var data = DataRequest(action(call, isList: isList), target)
    var request = KintoRequest(call, .root, by: requester)
    request.isInDefaultBucket =
      target.bucket == KintoRoute.defaultBucket || target.kind == .bucket && target.name == KintoRoute.defaultBucket
    if !call.query.isEmpty {
      request.query = KintoQuery(call.query, isList: isList && call.method != "POST", now: now)
      if call.isRead || call.method == "DELETE" { data.faults += request.query.faults }
      data.selection = request.query.selection
      if target.kind != .record { data.faults += data.selection.numberFaults }
      if call.isRead { data.selection.shown = request.query.fields?.names ?? [] }
      data.modified = request.query.modified
    }
    if call.takesBody {
      let personal = request.isInDefaultBucket ? requester.user.map(service.configuration.personalBucket) : nil
      let body = KintoBody(call, kind: target.kind, defaultBucket: personal)
      data.content = body.content
      data.faults += body.faults
      if target.kind == .account { data.passwordHash = try await hash(data, by: requester) }
    }
    conditions(call, &data, &request)
    if let text = call.headers[KintoHeaders.responseBehavior], call.method == "PATCH" {
      if let behaviour = KintoRequest.Behaviour(rawValue: text) {
        request.behaviour = behaviour
      } else {
        let text = "\(text.prefix(60)) is not one of full, light, diff"
        data.faults.append(DataFault(.header, "Response-Behavior", text))
      }
    }
    request.subject = .data(data)
    return request
  }

  private func action(_ call: KintoCall, isList: Bool) -> DataRequest.Action {
    switch call.method {
    case "GET": .read
    case "HEAD": isList ? .count : .read
    case "PUT": .put
    case "POST": .add
    case "PATCH": .change
    default: .delete
    }
  }

  /// What an account will keep of its password. It costs much, so it is done only for those who may have use for it.
  private func hash(_ data: DataRequest, by requester: Requester) async throws -> String? {
    guard let password = data.content.password, data.faults.isEmpty, !password.isEmpty, password.utf8.count <= 1024
    else { return nil }
    var name = data.target.name
    if name == nil, case .whole(let members, _) = data.content { name = members?["id"]?.stringValue }
    let isOwn = name.map { requester.user == "account:" + $0 } ?? false
    let mayMake = requester.user == nil && requester.rights.contains(.createAccounts)
    guard isOwn || mayMake || requester.rights.contains(.writeAccounts) else { return nil }
    return try await accounts.hash(password)
  }

  // Preconditions

  private func conditions(_ call: KintoCall, _ data: inout DataRequest, _ request: inout KintoRequest) {
    let noneMatch = condition("If-None-Match", call.headers[.ifNoneMatch], &data.faults)
    let match = condition("If-Match", call.headers[.ifMatch], &data.faults)
    switch noneMatch {
    case .exists: data.precondition = .isAbsent
    case .isAt(let moment) where call.isRead:
      data.precondition = .isNotAt(moment)
      request.condition = match
    default: data.precondition = match
    }
  }

  /// `"1234"` or `*`.
  private func condition(_ name: String, _ text: String?, _ faults: inout [DataFault]) -> Precondition? {
    guard let text else { return nil }
    if text == "*" { return .exists }
    let digits = text.dropFirst().dropLast()
    let isQuoted = text.utf8.count > 2 && text.first == "\"" && text.last == "\""
    if isQuoted, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let moment = Int64(digits)
    {
      return .isAt(moment)
    }
    faults.append(
      DataFault(.header, name, "Invalid value for \(name). The value should be integer between double quotes."))
    return nil
  }
}
