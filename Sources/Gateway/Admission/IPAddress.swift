import Glibc

/// An address of a client, as bytes: of IPv4 four, of IPv6 sixteen. An IPv4 address in IPv6's form is taken for what it is.
struct IPAddress: Hashable, Sendable {
  let bytes: [UInt8]

  /// Reads an address without port, brackets or zone; `nil` for anything else.
  init?(_ text: some StringProtocol) {
    var bytes = [UInt8](repeating: 0, count: 16)
    let text = String(text)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self.bytes = Array(bytes[..<4])
      return
    }
    guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
    let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
    self.bytes = bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
  }

  /// Who is behind it, as far as limits are concerned: whoever has one address of IPv6 has its whole /64.
  var subscriber: [UInt8] { bytes.count == 16 ? Array(bytes[..<8]) : bytes }

  var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
  }

  /// The shortest usual form.
  var text: String {
    var buffer = [CChar](repeating: 0, count: 64)
    _ = inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &buffer, socklen_t(buffer.count))
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
