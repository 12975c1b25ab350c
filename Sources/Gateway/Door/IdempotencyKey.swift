import Crypto
import Model
import Store

/// What a caller's `Idempotency-Key` says: that its request is to be run once, however often it is sent.
struct IdempotencyKey: Sendable {
  /// How long an answer is remembered.
  static let age = Duration.seconds(86_400)

  let text: String

  /// - Returns: `nil` if there is no such header.
  /// - Throws: `Problem` `invalid` for a key that breaks the rule.
  init?(_ exchange: Exchange) throws {
    guard let text = exchange.header("idempotency-key") else { return nil }
    guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
      throw Problem(
        .invalid, "the key cannot be used", field: IdempotencyClaim.field,
        rule: "1 to 255 visible characters of ASCII, once")
    }
    self.text = text
  }

  /// The same for the same request, and for no other: what came, not what was made of it.
  static func fingerprint(_ exchange: Exchange, body: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    let path = exchange.target.segments.joined(separator: "/")
    for part in [exchange.method, path, String(exchange.target.query), exchange.header("content-type") ?? ""] {
      let bytes = Array(part.utf8)
      hash.update(data: Array("\(bytes.count):".utf8) + bytes)
    }
    hash.update(data: body)
    return Array(hash.finalize())
  }
}
