public import Model

/// The head of an answer, and its body as it arrives.
public struct ClientResponse: Sendable {
  public var status: Int
  public var headers: [HeaderField]
  /// The parts of the body in the order of their coming. Letting go of the stream ends the exchange.
  public var body: AsyncThrowingStream<[UInt8], any Error>

  public init(status: Int, headers: [HeaderField], body: AsyncThrowingStream<[UInt8], any Error>) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer whose whole body is there.
  public init(status: Int, headers: [HeaderField] = [], body: [UInt8]) {
    let stream = AsyncThrowingStream<[UInt8], any Error> { continuation in
      if !body.isEmpty { continuation.yield(body) }
      continuation.finish()
    }
    self.init(status: status, headers: headers, body: stream)
  }

  /// The value of the first header with this name, whatever its case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The whole body.
  ///
  /// - Throws: `ClientError.unexpectedAnswer` when it is longer than `limit` bytes.
  public func collect(upTo limit: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await part in body {
      guard bytes.count + part.count <= limit else {
        throw ClientError.unexpectedAnswer(status: status, detail: "the answer is longer than \(limit) bytes")
      }
      bytes += part
    }
    return bytes
  }
}
