import Store

/// The rule for ids of objects: letters, digits, `_` and `-`, the first a letter or digit; in accounts also `+`, `.` and
/// `@`; at most 255 characters.
enum ObjectName {
  static let lengthMax = 255

  static func isValid(_ name: String, of kind: DataKind) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= lengthMax, isAlphanumeric(first) else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "_"), UInt8(ascii: "-"): true
      case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "@"): kind == .account
      default: isAlphanumeric(byte)
      }
    }
  }

  /// A new name: of records a random UUID, of everything else eight characters.
  static func make(_ kind: DataKind) -> String {
    kind == .record ? randomUUID() : randomWord()
  }

  /// A UUID of version 4, in lower case.
  static func randomUUID() -> String {
    let high: UInt64 = .random(in: .min ... .max) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low: UInt64 = .random(in: .min ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    let hex = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for nibble in 0..<32 {
      if [8, 12, 16, 20].contains(nibble) { text.append(UInt8(ascii: "-")) }
      let word = nibble < 16 ? high : low
      text.append(hex[Int(word >> UInt64(60 - 4 * (nibble % 16)) & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func randomWord() -> String {
    let characters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
    let word = (0..<8).map { characters[Int.random(in: 0..<($0 == 0 ? 62 : 64))] }
    return String(decoding: word, as: UTF8.self)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
