/// The text that a program presents as its key: `grk_` and 40 base-62 characters, 238 random bits.
struct KeySecret: Sendable {
  static let marker = "grk_"
  static let length = 44
  /// How much of it is kept in clear, so that people can tell keys apart.
  static let prefixLength = 10

  let text: String

  /// A new secret from the system's generator. `RandomNumberGenerator.next(upperBound:)`, which `randomElement` uses,
  /// is unbiased.
  init() {
    var generator = SystemRandomNumberGenerator()
    let characters = (0..<40).map { _ in Self.alphabet.randomElement(using: &generator)! }
    text = Self.marker + String(decoding: characters, as: UTF8.self)
  }

  var prefix: String { String(text.prefix(Self.prefixLength)) }

  /// Whether `text` has the form of a secret, which says nothing about whether there is such a key.
  static func isWellFormed(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == length && text.hasPrefix(marker)
      && bytes.dropFirst(marker.utf8.count).allSatisfy { alphabet.contains($0) }
  }

  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
}
