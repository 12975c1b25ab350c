import Foundation
import Synchronization

/// One TCP connection, byte by byte. Blocking calls have a queue of their own, so that they hold up no task; none of
/// them blocks longer than 120 seconds.
final class RawClient: Sendable {
  struct BrokenOff: Error {
    var received: [UInt8]
  }
  struct SocketFault: Error {
    var code: Int32
  }

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "raw client")
  private let buffer = Mutex<[UInt8]>([])
  private let isClosed = Mutex(false)

  init(port: Int, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SocketFault(code: errno) }
    var limit = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      Foundation.close(descriptor)
      throw SocketFault(code: code)
    }
  }

  deinit { close() }

  func close() {
    let wasClosed = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return isClosed
    }
    if !wasClosed { Foundation.close(descriptor) }
  }

  /// Closes at once, without saying so properly: the server sees a reset.
  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close()
  }

  /// Says that nothing more will be sent.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async throws {
    let descriptor = descriptor
    try await blocking {
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { throw SocketFault(code: errno) }
        sent += count
      }
    }
  }

  /// Sends a request and reads the answer to it.
  func request(
    _ method: String, _ target: String, key: String? = nil, headers: [String] = [], body: String? = nil
  ) async throws -> RawResponse {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: test\r\n"
    if let key { text += "Authorization: Bearer \(key)\r\n" }
    for header in headers { text += header + "\r\n" }
    if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
    try await send(text + "\r\n" + (body ?? ""))
    let response = try await response(to: method)
    APIContract.shared.check(response, to: method, target)
    return response
  }

  func response(to method: String = "GET") async throws -> RawResponse {
    var response = RawResponse(status: 0, headers: [], body: [])
    let line = try await self.line()
    let parts = line.split(separator: " ", maxSplits: 2)
    guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]) else {
      throw BrokenOff(received: Array(line.utf8))
    }
    response.status = status
    response.headers = try await fields()
    if method == "HEAD" || status == 204 || status == 304 || status < 200 { return response }
    if response.header("transfer-encoding") == "chunked" {
      while true {
        guard let size = Int(try await self.line(), radix: 16) else { throw BrokenOff(received: response.body) }
        if size == 0 { break }
        do {
          response.body += try await bytes(size)
          _ = try await self.line()
        } catch let error as BrokenOff {
          throw BrokenOff(received: response.body + error.received)
        }
      }
      response.trailers = try await fields()
    } else if let length = response.header("content-length").flatMap({ Int($0) }) {
      response.body = try await bytes(length)
    } else {
      response.body = try await rest()
    }
    return response
  }

  /// Everything until the server closes.
  func rest() async throws -> [UInt8] {
    while try await fill() {}
    return buffer.withLock { buffer in
      defer { buffer = [] }
      return buffer
    }
  }

  /// A line without its end.
  func line() async throws -> String {
    while true {
      let line = buffer.withLock { buffer -> String? in
        guard let end = buffer.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { buffer.removeSubrange(...end) }
        return String(decoding: buffer[..<end], as: UTF8.self)
      }
      if let line { return line.hasSuffix("\r") ? String(line.dropLast()) : line }
      guard try await fill() else { throw BrokenOff(received: buffer.withLock { $0 }) }
    }
  }

  func bytes(_ count: Int) async throws -> [UInt8] {
    while buffer.withLock({ $0.count }) < count {
      guard try await fill() else { throw BrokenOff(received: buffer.withLock { $0 }) }
    }
    return buffer.withLock { buffer in
      defer { buffer.removeFirst(count) }
      return Array(buffer.prefix(count))
    }
  }

  private func fields() async throws -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    while true {
      let line = try await self.line()
      if line.isEmpty { return fields }
      let parts = line.split(separator: ":", maxSplits: 1)
      fields.append((parts[0].lowercased(), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""))
    }
  }

  /// - Returns: false when the server has closed.
  private func fill() async throws -> Bool {
    let descriptor = descriptor
    let chunk = try await blocking {
      var chunk = [UInt8](repeating: 0, count: 64 << 10)
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count < 0 && errno == ECONNRESET { return [UInt8]() }
      guard count >= 0 else { throw SocketFault(code: errno) }
      return Array(chunk[..<count])
    }
    buffer.withLock { $0 += chunk }
    return !chunk.isEmpty
  }

  private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body() }) }
    }
  }
}
