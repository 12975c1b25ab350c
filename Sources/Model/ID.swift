/// The surrogate id of an entity: what references point at, since instances and hooks can be renamed.
///
/// 128 bits laid out as a ULID (48 bits of Unix milliseconds, 80 random bits; https://github.com/ulid/spec), written
/// as 26 lower-case Crockford base-32 characters, so that ids sort by the time of their making. The type parameter
/// keeps the id of a run from being used as the id of a hook.
public struct ID<Entity>: Hashable, Sendable {
  /// The 26 characters, always lower case.
  public let text: String

  /// A new id for something made at `time`.
  public init(at time: Timestamp) {
    var generator = SystemRandomNumberGenerator()
    self.init(at: time, using: &generator)
  }

  /// A new id whose random bits come from `generator`; for tests that need the same ids again.
  public init(at time: Timestamp, using generator: inout some RandomNumberGenerator) {
    let milliseconds = UInt64(clamping: time.microseconds / 1000) & 0xFFFF_FFFF_FFFF
    let high = milliseconds << 16 | UInt64(generator.next() as UInt16)
    let low: UInt64 = generator.next()
    var value = UInt128(high) << 64 | UInt128(low)
    var characters = [UInt8](repeating: 0, count: 26)
    for index in stride(from: 25, through: 0, by: -1) {
      characters[index] = crockford[Int(value & 31)]
      value >>= 5
    }
    text = String(decoding: characters, as: UTF8.self)
  }

  /// Reads an id that was written by `description`; `nil` for anything else.
  public init?(_ text: String) {
    let bytes = text.utf8
    guard bytes.count == 26, let first = bytes.first, first <= UInt8(ascii: "7") else { return nil }
    guard bytes.allSatisfy({ isCrockford[Int($0)] }) else { return nil }
    self.text = text
  }
}

private let crockford = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
private let isCrockford = (0..<256).map { crockford.contains(UInt8($0)) }

extension ID: CustomStringConvertible {
  public var description: String { text }
}

extension ID: Comparable {
  public static func < (left: ID, right: ID) -> Bool { left.text < right.text }
}

extension ID: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let id = ID(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an id: 26 base-32 characters")
    }
    self = id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
