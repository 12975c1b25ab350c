import Engine
import HTTPTypes
import HummingbirdCore
import Model

/// What goes back to a client.
struct HTTPAnswer: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    /// The body of a run, with backpressure; cut off if it throws.
    case run(RunningResponse)
    /// Whatever the closure writes until it returns; cut off if it throws.
    case stream(@Sendable (inout any ResponseBodyWriter) async throws -> Void)
  }

  var status: Int
  var headers: [HeaderField]
  /// Headers of a door, which need no more looking at than that they do not say how the message travels.
  var fields = HTTPFields()
  var body: Body

  init(status: Int, headers: [HeaderField] = [], body: Body = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// What every answer that the server itself composes says: caches keep nothing of it, and browsers do not guess.
  static let ownHeaders = [
    HeaderField(name: "Cache-Control", value: "no-store"),
    HeaderField(name: "X-Content-Type-Options", value: "nosniff"),
  ]

  /// A JSON answer of the server itself.
  static func json(_ value: some Encodable, status: Int = 200, headers: [HeaderField] = []) -> HTTPAnswer {
    HTTPAnswer(
      status: status,
      headers: [HeaderField(name: "Content-Type", value: "application/json")] + ownHeaders + headers,
      body: .bytes(value.json))
  }

  static let nothing = HTTPAnswer(status: 204, headers: ownHeaders)

  /// An error answer of the server itself.
  static func problem(_ problem: Problem, run: RunReference? = nil, headers: [HeaderField] = []) -> HTTPAnswer {
    var headers = headers + (run?.headers ?? [])
    if let seconds = problem.retryAfterSeconds { headers.append(HeaderField(name: "Retry-After", value: "\(seconds)")) }
    if problem.code == .unauthenticated {
      headers.append(HeaderField(name: "WWW-Authenticate", value: "Bearer realm=\"grapnel\""))
    }
    return json(ProblemResource(error: problem, run: run?.run), status: problem.code.httpStatus, headers: headers)
  }
}
