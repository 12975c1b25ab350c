import Crypto
import Foundation
import Model

/// What the headers of a request say of its signature, by the rule of a hook. Whether it is right is `isValid`'s to say.
struct RequestSignature: Sendable {
  /// More signatures in one header are not looked at.
  private static let mostSignatures = 16

  /// What of the signed text stands before the body, with its full stop; empty if the body alone is signed.
  let preamble: [UInt8]
  /// Each of them counts: a sender that changes its secret signs with both.
  let signatures: [[UInt8]]
  /// What the sender calls this delivery, where the scheme has such a thing.
  let delivery: String?
  private let algorithm: SignatureRule.Algorithm

  /// - Parameter header: the value of a header by its name.
  /// - Throws: `Problem` `unauthenticated` if there is none, it cannot be read, or it was made too long ago or too far
  ///   in the future.
  init(_ rule: SignatureRule, now: Timestamp, header: (String) -> String?) throws(Problem) {
    guard let text = header(rule.header), !text.isEmpty else {
      throw .unsigned("the request has no \(rule.header)", rule)
    }
    algorithm = rule.algorithm
    var timestamp = try rule.timestampHeader.map { name throws(Problem) in
      guard let text = header(name) else { throw Problem.unsigned("the request has no \(name)", rule) }
      return text
    }
    switch rule.scheme {
    case .github:
      delivery = header("X-GitHub-Delivery").flatMap { $0.isEmpty ? nil : $0 }
      guard delivery != nil else { throw .unsigned("the request has no X-GitHub-Delivery", rule) }
      signatures = [Self.decode(text, rule)].compactMap { $0 }
    case .hmac:
      delivery = nil
      signatures = [Self.decode(text, rule)].compactMap { $0 }
    case .stripe:
      delivery = nil
      let parts = text.split(separator: ",").map { part in
        let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (name: pair[0].filter { $0 != " " }, value: pair.count == 2 ? String(pair[1]) : "")
      }
      timestamp = parts.first { $0.name == "t" }?.value ?? ""
      signatures = parts.filter { $0.name == "v1" }.prefix(Self.mostSignatures).compactMap { Self.hex($0.value) }
    }
    guard !signatures.isEmpty else { throw .unsigned("\(rule.header) cannot be read", rule) }
    guard let timestamp else {
      preamble = []
      return
    }
    guard let seconds = Int64(timestamp), seconds >= 0, seconds < 1 << 40 else {
      throw .unsigned("the time of signing cannot be read", rule)
    }
    let distance = Duration.microseconds(seconds * 1_000_000 - now.microseconds)
    guard distance >= .zero - rule.tolerance, distance <= rule.tolerance else {
      throw .unsigned("the request was signed too long ago, or in the future", rule)
    }
    preamble = Array(timestamp.utf8) + [UInt8(ascii: ".")]
  }

  /// Whether one of the signatures was made with `secret` over `body`; takes the same time wherever they differ.
  func isValid(_ body: [UInt8], secret: String) -> Bool {
    let key = SymmetricKey(data: Data(secret.utf8))
    switch algorithm {
    case .sha256: return isValid(body, HMAC<SHA256>(key: key))
    case .sha512: return isValid(body, HMAC<SHA512>(key: key))
    }
  }

  private func isValid<Hash>(_ body: [UInt8], _ start: HMAC<Hash>) -> Bool {
    var code = start
    code.update(data: preamble)
    code.update(data: body)
    let right = Array(code.finalize())
    return signatures.reduce(false) { isRight, signature in
      Self.isEqual(signature, right) || isRight
    }
  }

  private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func decode(_ text: String, _ rule: SignatureRule) -> [UInt8]? {
    guard text.hasPrefix(rule.prefix) else { return nil }
    let rest = String(text.dropFirst(rule.prefix.count))
    switch rule.encoding {
    case .hex: return hex(rest)
    case .base64: return Data(base64Encoded: rest).map { Array($0) }
    }
  }

  /// An even number of hexadecimal digits, not more than the longest code has.
  private static func hex(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard !digits.isEmpty, digits.count <= 128, digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digit(digits[index]), let low = digit(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension Problem {
  /// A request without a good signature, and what a good one is.
  static func unsigned(_ message: String, _ rule: SignatureRule) -> Problem {
    let signed =
      rule.timestampHeader != nil || rule.scheme == .stripe ? "the time, a full stop and the body" : "the body"
    return Problem(
      .unauthenticated, message, rule: "\(rule.header): HMAC-\(rule.algorithm.rawValue.uppercased()) of \(signed)")
  }
}
