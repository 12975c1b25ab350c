/// A number of bytes that people write as `64MiB`.
public struct ByteSize: Hashable, Comparable, Sendable {
  public let bytes: Int64

  public init(bytes: Int64) {
    self.bytes = bytes
  }

  public static func kibibytes(_ count: Int64) -> ByteSize { ByteSize(bytes: count << 10) }
  public static func mebibytes(_ count: Int64) -> ByteSize { ByteSize(bytes: count << 20) }
  public static func gibibytes(_ count: Int64) -> ByteSize { ByteSize(bytes: count << 30) }

  public static func < (left: ByteSize, right: ByteSize) -> Bool { left.bytes < right.bytes }

  /// Reads a whole number followed by `B`, `KiB`, `MiB`, `GiB`, `TiB`, `kB`, `MB`, `GB` or nothing (bytes).
  public init?(text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int64(digits) else { return nil }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    let sizes: [Substring: Int64] = [
      "": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "kB": 1000, "MB": 1_000_000,
      "GB": 1_000_000_000,
    ]
    guard let size = sizes[unit] else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow else { return nil }
    self.init(bytes: bytes)
  }
}

extension ByteSize: CustomStringConvertible {
  /// The size in the largest binary unit that divides it, such as `256MiB`; `init(text:)` reads it back.
  public var description: String {
    for (unit, shift) in [("TiB", Int64(40)), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
    where bytes > 0 && bytes & ((1 << shift) - 1) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)B"
  }
}

extension ByteSize: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let bytes = try? container.decode(Int64.self) {
      self.init(bytes: bytes)
      return
    }
    let text = try container.decode(String.self)
    guard let size = ByteSize(text: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a size such as 64MiB: \(text)")
    }
    self = size
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
