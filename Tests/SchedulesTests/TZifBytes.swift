/// Writes the bytes of a time zone's file.
struct TZifBytes {
  var changes: [(moment: Int64, kind: UInt8)] = []
  var offsets: [Int32] = [0]
  var footer = "UTC0"
  var version = UInt8(ascii: "2")
  var leapSeconds: Int32 = 0

  var bytes: [UInt8] {
    header(changes: 0, types: 1, leapSeconds: 0) + [0, 0, 0, 0, 0, 0] + Array("UTC\0".utf8)
      + header(changes: Int32(changes.count), types: Int32(offsets.count), leapSeconds: leapSeconds)
      + changes.flatMap { Self.big($0.moment) } + changes.map(\.kind)
      + offsets.flatMap { Self.big($0) + [0, 0] } + Array("UTC\0".utf8) + Array("\n\(footer)\n".utf8)
  }

  private func header(changes: Int32, types: Int32, leapSeconds: Int32) -> [UInt8] {
    let counts: [Int32] = [0, 0, leapSeconds, changes, types, 4]
    return Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15) + counts.flatMap(Self.big)
  }

  private static func big(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }
}
