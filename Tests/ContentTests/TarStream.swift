/// Makes tar streams, good ones and bad ones.
struct TarStream {
  private(set) var bytes: [UInt8] = []

  mutating func add(
    _ path: String, _ content: [UInt8] = [], kind: Unicode.Scalar = "0", mode: Int = 0o644, size: Int? = nil,
    sum: Int? = nil
  ) {
    if path.utf8.count > 99, kind != "L" { add("././@LongLink", Array(path.utf8) + [0], kind: "L") }
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: some Sequence<UInt8>, at offset: Int) {
      for (index, byte) in text.enumerated() { header[offset + index] = byte }
    }
    func octal(_ number: Int, digits: Int) -> [UInt8] {
      let text = String(number, radix: 8)
      return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }
    put(path.utf8.prefix(99), at: 0)
    put(octal(mode, digits: 7), at: 100)
    put(octal(size ?? content.count, digits: 11), at: 124)
    put([UInt8](repeating: 32, count: 8), at: 148)
    header[156] = UInt8(ascii: kind)
    put("ustar  ".utf8, at: 257)
    put(octal(sum ?? header.reduce(0) { $0 + Int($1) }, digits: 6) + [0, 32], at: 148)
    bytes += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  /// The stream with its end.
  var whole: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
