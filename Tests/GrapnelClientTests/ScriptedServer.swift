import Foundation
import Synchronization

/// A server on loopback that answers each connection with the next answer of its script and remembers what it was
/// asked. An answer is a list of pieces; each is sent only when the test lets it go.
final class ScriptedServer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let answers: Mutex<[[String]]>
  private let received = Mutex<[String]>([])
  private let gate = DispatchSemaphore(value: 0)
  private let isGated: Bool

  var url: URL { URL(string: "http://127.0.0.1:\(port)")! }
  /// The heads and bodies of the requests so far.
  var requests: [String] { received.withLock { $0 } }

  init(_ answers: [[String]], gated: Bool = false) throws {
    self.answers = Mutex(answers)
    isGated = gated
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (descriptor, size) = (listener, length)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in serve() }
  }

  /// Lets the next piece of a gated answer go.
  func release() { gate.signal() }

  private func serve() {
    while let answer = answers.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      receive(connection)
      for piece in answer {
        if isGated { gate.wait() }
        let bytes = Array(piece.utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      }
      close(connection)
    }
    close(listener)
  }

  private func receive(_ connection: Int32) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let end = text.range(of: "\r\n\r\n") {
        let length =
          text[..<end.lowerBound].lowercased().components(separatedBy: "content-length: ").dropFirst().first
          .flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        if text[end.upperBound...].utf8.count >= length { break }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    received.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
  }
}

/// An HTTP answer with a JSON body.
func jsonAnswer(_ body: String, status: Int = 200) -> [String] {
  [
    "HTTP/1.1 \(status) Status\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
      + "Connection: close\r\n\r\n\(body)"
  ]
}
