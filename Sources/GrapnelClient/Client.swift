public import Foundation
import Model

/// Speaks to a Grapnel server: its management API and its run door.
///
/// ```swift
/// let client = Client(server: URL(string: "http://127.0.0.1:8080")!, key: key)
/// let trace = try await client.run(hook: "hello", payload: ["name": "Ada"])
/// ```
///
/// Every call throws `ClientError`, or `CancellationError` when its task was cancelled.
public struct Client: Sendable {
  /// The most bytes of an answer of the management API that are read.
  static let largestAnswer = 64 << 20
  /// The most bytes of an export that are read.
  static let largestExport = 1 << 30

  /// The root of the server, such as `http://127.0.0.1:8080`.
  public let server: URL
  /// The instance that calls are about unless they name another; empty for the key's own, otherwise `main`.
  public let instance: String?
  let transport: any HTTPTransport
  private let key: String?

  /// - Parameters:
  ///   - key: the secret of a key (`grk_…`); without one only public doors open.
  ///   - transport: how to reach the server.
  public init(
    server: URL, key: String?, instance: String? = nil, transport: any HTTPTransport = URLSessionTransport()
  ) {
    self.server = server
    self.key = key
    self.instance = instance
    self.transport = transport
  }

  /// The address of `segments` under the server, each escaped so that it stays one segment.
  func url(_ segments: [String], query: [(String, String?)] = []) -> URL {
    let root = server.absoluteString
    var text = root.hasSuffix("/") ? String(root.dropLast()) : root
    for segment in segments { text += "/" + Self.escape(segment) }
    let pairs = query.compactMap { name, value in value.map { "\(Self.escape(name))=\(Self.escape($0))" } }
    if !pairs.isEmpty { text += "?" + pairs.joined(separator: "&") }
    return URL(string: text) ?? server
  }

  /// Sends a request with the key and throws unless the answer's status is a success.
  func send(
    _ method: String, _ url: URL, headers: [HeaderField] = [], body: [UInt8]? = nil, patience: Duration = .seconds(30)
  ) async throws -> ClientResponse {
    let response = try await exchange(method, url, headers: headers, body: body, patience: patience)
    guard (200..<300).contains(response.status) else { throw try await Self.failure(response) }
    return response
  }

  /// Sends a request with the key and gives whatever answer comes.
  func exchange(
    _ method: String, _ url: URL, headers: [HeaderField], body: [UInt8]?, patience: Duration
  ) async throws -> ClientResponse {
    var request = ClientRequest(method: method, url: url, headers: headers, body: body, patience: patience)
    if let key { request.headers.append(HeaderField(name: "Authorization", value: "Bearer \(key)")) }
    return try await transport.exchange(request)
  }

  func get<Answer: Decodable>(
    _ type: Answer.Type, _ url: URL, upTo limit: Int = largestAnswer
  ) async throws -> Answer {
    try await decode(type, try await send("GET", url, headers: [Self.acceptJSON]), upTo: limit)
  }

  func post<Answer: Decodable>(
    _ type: Answer.Type, _ url: URL, _ body: (any Encodable)?, patience: Duration = .seconds(30)
  ) async throws -> Answer {
    try await send(type, "POST", url, body, patience: patience)
  }

  /// Sends `body` as JSON, nothing where there is none, and reads the answer.
  func send<Answer: Decodable>(
    _ type: Answer.Type, _ method: String, _ url: URL, _ body: (any Encodable)?, patience: Duration = .seconds(30)
  ) async throws -> Answer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let bytes = try body.map { Array(try encoder.encode($0)) }
    let headers = [Self.acceptJSON, HeaderField(name: "Content-Type", value: "application/json")]
    return try await decode(type, try await send(method, url, headers: headers, body: bytes ?? [], patience: patience))
  }

  func delete(_ url: URL) async throws {
    _ = try await send("DELETE", url, headers: [Self.acceptJSON])
  }

  private func decode<Answer: Decodable>(
    _ type: Answer.Type, _ response: ClientResponse, upTo limit: Int = largestAnswer
  ) async throws -> Answer {
    let bytes = try await response.collect(upTo: limit)
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw ClientError.unexpectedAnswer(status: response.status, detail: Self.describe(error))
    }
  }

  /// The error that an answer without a success status stands for.
  static func failure(_ response: ClientResponse) async throws -> ClientError {
    let bytes = try await response.collect(upTo: 1 << 20)
    if let resource = try? JSONDecoder().decode(ProblemResource.self, from: Data(bytes)) {
      return .refused(resource, status: response.status)
    }
    if let failure = dataFailure(bytes, status: response.status) { return failure }
    let location = response.header("Location").map { " to \($0)" } ?? ""
    let detail = (300..<400).contains(response.status) ? "it redirects\(location)" : "it is not a Grapnel server's"
    return .unexpectedAnswer(status: response.status, detail: detail)
  }

  static let acceptJSON = HeaderField(name: "Accept", value: "application/json")

  private static func describe(_ error: any Error) -> String {
    let context: DecodingError.Context? =
      switch error as? DecodingError {
      case .keyNotFound(_, let context), .typeMismatch(_, let context), .valueNotFound(_, let context),
        .dataCorrupted(let context):
        context
      default: nil
      }
    guard let context else { return "\(error)" }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
  }

  private static func escape(_ text: String) -> String {
    let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~.")
    let escaped = text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    // A segment of dots would be taken for a step in the hierarchy.
    return text == "." || text == ".." ? escaped.replacing(".", with: "%2E") : escaped
  }
}
