/// A range of addresses, such as `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct AddressRange: Hashable, Sendable {
  private let address: IPAddress
  private let bits: Int

  /// `nil` for what is none, and where bits behind the prefix are set: that is a slip.
  public init?(text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(first) else { return nil }
    let width = address.bytes.count * 8
    var bits = width
    if parts.count == 2 {
      guard parts[1].allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(parts[1]), number <= width
      else { return nil }
      // ::ffff:10.0.0.0/104 would mean one thing to its writer and another here.
      guard width == 128 || !first.contains(":") else { return nil }
      bits = number
    }
    self.address = address
    self.bits = bits
    guard (bits..<width).allSatisfy({ !Self.isSet($0, in: address) }) else { return nil }
  }

  func contains(_ other: IPAddress) -> Bool {
    guard other.bytes.count == address.bytes.count else { return false }
    let whole = bits / 8
    guard other.bytes[..<whole] == address.bytes[..<whole] else { return false }
    return (whole * 8..<bits).allSatisfy { Self.isSet($0, in: other) == Self.isSet($0, in: address) }
  }

  private static func isSet(_ bit: Int, in address: IPAddress) -> Bool {
    address.bytes[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0
  }
}
