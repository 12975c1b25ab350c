import Foundation
import GrapnelClient
import Model
import Synchronization

/// Answers requests from a table instead of a network.
final class FakeServer: HTTPTransport {
  /// One answer of the table.
  struct Answer: Sendable {
    var status = 200
    var body: String
  }

  private let answers: [String: Answer]
  private let received = Mutex<[ClientRequest]>([])

  /// - Parameter answers: by method and path, such as `GET /api/v1/hooks`; anything else is unreachable.
  init(_ answers: [String: Answer]) {
    self.answers = answers
  }

  /// A server that answers one request with `value` as JSON.
  convenience init(_ request: String, _ value: some Encodable, status: Int = 200) throws {
    let body = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    self.init([request: Answer(status: status, body: body)])
  }

  var requests: [ClientRequest] { received.withLock { $0 } }

  func exchange(_ request: ClientRequest) async throws -> ClientResponse {
    received.withLock { $0.append(request) }
    guard let answer = answers["\(request.method) \(request.url.path)"] else {
      throw ClientError.unreachable(server: "http://fake.example", reason: "connection refused")
    }
    return ClientResponse(status: answer.status, body: Array(answer.body.utf8))
  }
}
