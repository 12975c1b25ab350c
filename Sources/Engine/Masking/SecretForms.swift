import Foundation

/// The texts by which a secret is recognised.
///
/// Percent-encoding and the escapes of JSON are not among them: `MaskLane` takes those away before it compares. What is
/// compared is folded (`fold`), so that both alphabets of base 64, and a form's `+` for a space, are the same.
enum SecretForms {
  /// A line of a secret with several lines counts as a secret itself from this length on; so does a wrapped line of its
  /// base 64.
  static let shortestPart = 8

  /// The folded forms of `secret`, each at least 4 bytes long.
  static func of(_ secret: String) -> Set<[UInt8]> {
    let bytes = Array(secret.utf8)
    var forms: Set<[UInt8]> = [bytes]
    for line in bytes.split(whereSeparator: { $0 == 10 || $0 == 13 }) where line.count >= shortestPart {
      forms.insert(Array(line))
    }
    let whole = Array(Data(bytes).base64EncodedString().utf8)
    forms.insert(whole)
    forms.insert(Array(whole.prefix { $0 != UInt8(ascii: "=") }))
    // As the tools wrap it: PEM and OpenSSL at 64, MIME and coreutils at 76.
    for width in [64, 76] where whole.count > width {
      for start in stride(from: 0, to: whole.count, by: width) {
        let line = whole[start..<min(start + width, whole.count)]
        if line.count >= shortestPart { forms.insert(Array(line)) }
      }
    }
    // Inside of something longer, such as `user:secret`: what depends on no byte before or after it.
    for before in 0..<3 { forms.insert(inner(bytes, before: before)) }
    return Set(forms.filter { $0.count >= 4 }.map { $0.map(fold) })
  }

  /// The characters of base 64 that are decided by `bytes` alone, if `before` other bytes (modulo 3) precede them.
  private static func inner(_ bytes: [UInt8], before: Int) -> [UInt8] {
    let text = Array(Data([UInt8](repeating: 0, count: before) + bytes).base64EncodedString().utf8)
    let first = (before * 8 + 5) / 6
    let end = (before + bytes.count) * 8 / 6
    return Array(text[first..<max(first, end)])
  }

  static func fold(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: " "): UInt8(ascii: "+")
    case UInt8(ascii: "_"): UInt8(ascii: "/")
    default: byte
    }
  }
}
