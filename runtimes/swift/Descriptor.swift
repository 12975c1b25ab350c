import Glibc

/// Reads and writes of descriptors, whole.
enum Descriptor {
  static func write(_ bytes: some Collection<UInt8>, to descriptor: Int32) {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        // Nobody reads any more: the run is being ended.
        return
      }
      rest = rest.dropFirst(count)
    }
  }

  /// As many bytes as are there, at most `most`; empty at the end.
  static func read(_ descriptor: Int32, atMost most: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: most) { buffer, length in
      var count: Int
      repeat { count = Glibc.read(descriptor, buffer.baseAddress, most) } while count < 0 && errno == EINTR
      length = max(0, count)
    }
  }

  /// One netstring; `nil` at the end, or if it is none.
  static func readFrame(_ descriptor: Int32) -> [UInt8]? {
    var length = 0
    while true {
      guard let digit = read(descriptor, atMost: 1).first else { return nil }
      if digit == UInt8(ascii: ":") { break }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit), length < 1 << 24 else { return nil }
      length = length * 10 + Int(digit - UInt8(ascii: "0"))
    }
    var frame: [UInt8] = []
    // The comma at the end too.
    while frame.count <= length {
      let part = read(descriptor, atMost: length + 1 - frame.count)
      guard !part.isEmpty else { return nil }
      frame += part
    }
    frame.removeLast()
    return frame
  }
}
