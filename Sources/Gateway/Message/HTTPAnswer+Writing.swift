import Engine
import HTTPTypes
import HummingbirdCore
import Model
import NIOCore

extension HTTPAnswer {
  /// Bodies up to this size go out together with their head.
  private static let smallBody = 64 << 10

  /// What only the server itself may say, for it decides how a message travels.
  private static let framing: Set<String> = [
    "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
  ]

  /// - Throws: when the client is gone or the body failed; then the connection is to be cut.
  consuming func write(
    to writer: consuming ResponseWriter, method: HTTPRequest.Method, watch: CallerWatch
  ) async throws {
    let mayHaveBody = status != 204 && status != 304
    switch body {
    case .bytes(let bytes):
      var head = Self.head(status, headers, fields)
      if mayHaveBody { head.headerFields[.contentLength] = String(bytes.count) }
      guard mayHaveBody, method != .head, !bytes.isEmpty else { return try await writer.writeResponse(head) }
      try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .stream(let write):
      var head = Self.head(status, headers, fields)
      guard method != .head else {
        // Without a length the end of this message can only be the end of the connection.
        head.headerFields[.connection] = "close"
        return try await writer.writeResponse(head)
      }
      var bodyWriter: any ResponseBodyWriter = try await writer.writeHead(head)
      try await write(&bodyWriter)
      try await bodyWriter.finish(nil)
    case .run(let response):
      let number = watch.whenGone { response.callerHungUp() }
      defer { watch.forget(number) }
      do {
        try await Self.write(response, Self.head(status, headers), mayHaveBody, to: writer, method: method)
      } catch {
        response.callerHungUp()
        throw error
      }
    }
  }

  private static func write(
    _ response: RunningResponse, _ head: HTTPResponse, _ mayHaveBody: Bool, to writer: consuming ResponseWriter,
    method: HTTPRequest.Method
  ) async throws {
    var head = head
    var chunks = response.body.makeAsyncIterator()
    guard mayHaveBody, method != .head else {
      // The run ends as it would; only its length is told.
      var count = 0
      while let chunk = try await chunks.next() { count += chunk.count }
      if mayHaveBody { head.headerFields[.contentLength] = String(count) }
      return try await writer.writeResponse(head)
    }
    if let length = response.contentLength {
      head.headerFields[.contentLength] = String(length)
      if length <= smallBody {
        var bytes: [UInt8] = []
        while let chunk = try await chunks.next() { bytes += chunk }
        head.headerFields[.contentLength] = String(bytes.count)
        return try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
      }
    }
    var bodyWriter: any ResponseBodyWriter = try await writer.writeHead(head)
    while let chunk = try await chunks.next() {
      try await bodyWriter.write(ByteBuffer(bytes: chunk))
    }
    let trailers = await response.trailers()
    try await bodyWriter.finish(trailers.isEmpty ? nil : fields(trailers))
  }

  private static func head(_ status: Int, _ headers: [HeaderField], _ ready: HTTPFields = [:]) -> HTTPResponse {
    var fields = ready
    if !ready.isEmpty { for name in framingNames { fields[name] = nil } }
    fields.append(contentsOf: self.fields(headers))
    return HTTPResponse(status: HTTPResponse.Status(code: status), headerFields: fields)
  }

  private static let framingNames = framing.compactMap { HTTPField.Name($0) }

  /// The headers without those that are the server's to set and those that would break the message: a name that is not a
  /// token, a value with a line break.
  private static func fields(_ headers: [HeaderField]) -> HTTPFields {
    var fields = HTTPFields()
    for header in headers {
      guard let name = HTTPField.Name(header.name), HTTPField.isValidValue(header.value),
        !framing.contains(name.canonicalName)
      else { continue }
      fields.append(HTTPField(name: name, value: header.value))
    }
    return fields
  }
}
