/// A number of a JSON text. Whole ones of 64 bits are exact, others are doubles.
enum JSONNumber {
  case whole(Int64)
  case real(Double)

  init(_ text: some Collection<UInt8>) {
    if let whole = Self.whole(text) {
      self = .whole(whole)
      return
    }
    let number = Double(String(decoding: text, as: UTF8.self)) ?? 0
    self = Int64(exactly: number).map(JSONNumber.whole) ?? .real(number)
  }

  private static func whole(_ text: some Collection<UInt8>) -> Int64? {
    var digits = text[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits = digits.dropFirst() }
    guard !digits.isEmpty else { return nil }
    var number: Int64 = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      // Counted downwards, where there is room for one more.
      let (product, overflows) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflowsToo) = product.subtractingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
      guard !overflows, !overflowsToo else { return nil }
      number = sum
    }
    if isNegative { return number }
    return number == .min ? nil : -number
  }

  /// The text that numbers of one value share.
  var plain: String {
    switch self {
    case .whole(let number): "\(number)"
    case .real(let number): "\(number)"
    }
  }

  /// Ten bytes that compare as numbers do: the nearest double, and then how far a whole number is from it.
  func appendKey(to output: inout [UInt8]) {
    let (near, distance): (Double, Int) =
      switch self {
      case .real(let number): (number, 0)
      case .whole(let number): Self.nearest(number)
      }
    let bits = near.bitPattern
    let ordered = bits >> 63 == 1 ? ~bits : bits | 1 << 63
    withUnsafeBytes(of: ordered.bigEndian) { output += $0 }
    withUnsafeBytes(of: UInt16(clamping: distance + 0x8000).bigEndian) { output += $0 }
  }

  private static func nearest(_ number: Int64) -> (Double, Int) {
    let near = Double(number)
    // The largest whole numbers are nearest to 2^63, which is none of them.
    guard let whole = Int64(exactly: near) else { return (near, Int(number - .max) - 1) }
    return (near, Int(number - whole))
  }
}
