import HTTPTypes
import Model
import Records
import Store

/// Errors as the protocol writes them.
enum KintoError {
  /// - Parameter isRead: whether the request reads; what is wrong with one lies in its query.
  static func answer(to error: any Error, isRead: Bool) -> KintoAnswer {
    switch error {
    case let refusal as DataRefusal: answer(refusal)
    case let problem as Problem: answer(problem, isRead: isRead)
    case is CancellationError: answer(503, 201, "Service Unavailable", "The request was given up.", retryAfter: 3)
    default:
      answer(
        500, 999, "Internal Server Error", "The server has failed; its log says more.",
        info: "https://github.com/Kinto/kinto/issues/")
    }
  }

  private static func answer(_ refusal: DataRefusal) -> KintoAnswer {
    switch refusal {
    case .unauthenticated:
      var answer = answer(401, 104, "Unauthorized", "Please authenticate yourself to use this endpoint.")
      answer.headers[.wwwAuthenticate] = "Basic realm=\"Realm\""
      return answer
    case .forbidden: return answer(403, 121, "Forbidden", "This user cannot access this resource.")
    case .notFound(let kind, let name): return answer(404, 110, "Not Found", details: details(kind, name))
    case .parentNotFound(let kind, let name): return answer(404, 111, "Not Found", details: details(kind, name))
    case .unchanged(let timestamp, let version):
      return KintoAnswer(304, headers: KintoHeaders.state(timestamp, version: version))
    case .preconditionFailed(let timestamp, let existing):
      var answer = answer(
        412, 114, "Precondition Failed", "Resource was modified meanwhile",
        rawDetails: existing.map { Array("{\"existing\":".utf8) + $0.data + [UInt8(ascii: "}")] })
      answer.headers.append(contentsOf: KintoHeaders.state(timestamp))
      return answer
    case .invalid(let faults): return invalid(faults)
    case .conflicting(let faults):
      return answer(
        409, 122, "Conflict", faults.first.map(message), details: .array(faults.map { details(of: translated($0)) }))
    case .conflict(let text): return answer(409, 122, "Conflict", text, retryAfter: 3)
    case .declined(let decline): return answer(decline)
    case .taken(let field, let other):
      var details: [String: JSONValue] = [:]
      details["field"] = field.map { .string($0) }
      details["existing"] = other.map { ["id": .string($0)] }
      return answer(
        409, 122, "Conflict", "another record has this value\(field.map { " of \($0)" } ?? "")",
        details: .object(details))
    }
  }

  private static func answer(_ decline: Decline) -> KintoAnswer {
    let field: JSONValue = decline.field.map { .string($0) } ?? .null
    let run: JSONValue = decline.run.map { .string($0) } ?? .null
    let about: JSONValue = ["name": field, "reason": .string(decline.reason), "run": run]
    switch decline.kind {
    case .invalid:
      return answer(
        400, 107, "Invalid parameters", decline.text,
        details: [["location": "body", "name": field, "description": .string(decline.text), "run": run]])
    case .forbidden: return answer(403, 121, "Forbidden", decline.text, details: about)
    case .conflict: return answer(409, 122, "Conflict", decline.text, details: about)
    }
  }

  private static func answer(_ problem: Problem, isRead: Bool) -> KintoAnswer {
    switch problem.code {
    case .invalid, .mismatch:
      return invalid([DataFault(isRead ? .querystring : .body, problem.field, text(problem))])
    case .tooLarge where isRead: return invalid([DataFault(.querystring, problem.field, text(problem))])
    case .tooLarge: return answer(413, 113, "Request Entity Too Large", text(problem))
    case .unauthenticated: return answer(.unauthenticated)
    case .forbidden: return answer(403, 121, "Forbidden", text(problem))
    case .notFound: return answer(404, 111, "Not Found", text(problem))
    case .methodNotAllowed: return answer(405, 115, "Method Not Allowed", text(problem))
    case .conflict: return answer(409, 122, "Conflict", text(problem), retryAfter: problem.retryAfterSeconds ?? 3)
    case .tooMany:
      return answer(429, 117, "Too Many Requests", text(problem), retryAfter: problem.retryAfterSeconds ?? 3)
    case .unavailable, .timedOut, .runFailed:
      return answer(503, 201, "Service Unavailable", text(problem), retryAfter: problem.retryAfterSeconds ?? 3)
    case .internal:
      return answer(
        500, 999, "Internal Server Error", "The server has failed; its log says more.",
        info: "https://github.com/Kinto/kinto/issues/")
    }
  }

  private static func text(_ problem: Problem) -> String {
    [problem.message, problem.rule, problem.hint].compactMap { $0 }.joined(separator: "; ")
  }

  private static func details(_ kind: DataKind, _ name: String) -> JSONValue {
    ["id": .string(name), "resource_name": .string(kind.word)]
  }

  static func invalid(_ faults: [DataFault], status: Int = 400) -> KintoAnswer {
    let sorted = faults.map(translated).sorted { ($0.name ?? "") < ($1.name ?? "") }
    return answer(
      status, 107, "Invalid parameters", sorted.first.map(message), details: .array(sorted.map(details(of:))))
  }

  private static func translated(_ fault: DataFault) -> DataFault {
    var fault = fault
    // The service has words of its own for what the protocol calls a collection.
    fault.name = fault.name?.replacing(DataPermission.createClass.word, with: DataPermission.createClass.kintoWord)
    fault.text = fault.text.replacing(DataPermission.createClass.word, with: DataPermission.createClass.kintoWord)
    // Of members of data only the last part of the name is told.
    if fault.place == .body, let name = fault.name, name.hasPrefix("/") {
      fault.name = name.split(separator: "/").last.map(String.init)
    }
    return fault
  }

  private static func details(of fault: DataFault) -> JSONValue {
    var details: [String: JSONValue] = [
      "location": .string(fault.place.rawValue), "name": fault.name.map { .string($0) } ?? .null,
      "description": .string(fault.text),
    ]
    details["code"] = fault.code.map { .string($0) }
    details["pointer"] = fault.pointer.map { .string($0) }
    return .object(details)
  }

  private static func message(_ fault: DataFault) -> String {
    guard let name = fault.name, !name.isEmpty else { return "\(fault.place.rawValue): \(fault.text)" }
    return fault.text.contains(name) ? fault.text : "\(name) in \(fault.place.rawValue): \(fault.text)"
  }

  static func answer(
    _ status: Int, _ number: Int, _ title: String, _ message: String? = nil, details: JSONValue? = nil,
    rawDetails: [UInt8]? = nil, info: String? = nil, retryAfter: Int? = nil
  ) -> KintoAnswer {
    var body = Array("{\"code\":\(status),\"errno\":\(number),\"error\":".utf8)
    body += JSONValue.string(title).serializedBytes
    if let message { body += Array(",\"message\":".utf8) + JSONValue.string(message).serializedBytes }
    if let info { body += Array(",\"info\":".utf8) + JSONValue.string(info).serializedBytes }
    if let details = rawDetails ?? details?.serializedBytes { body += Array(",\"details\":".utf8) + details }
    body.append(UInt8(ascii: "}"))
    var answer = KintoAnswer(status, body: body)
    if let retryAfter { answer.headers[.retryAfter] = String(retryAfter) }
    return answer
  }
}
