/// A hash that is the same in every process and every version of Grapnel, unlike Swift's `Hasher`: where a schedule's
/// runs fall must not change with a restart.
///
/// FNV-1a over the bytes, and SplitMix64's last step, as FNV alone leaves the high bits of short texts alike.
struct StableHash {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  init(_ name: String) {
    for byte in name.utf8 { add(byte) }
    // No byte of UTF-8, so that a name and what follows it cannot be mistaken for a longer name.
    add(0xFF)
  }

  mutating func add(_ number: Int) {
    var rest = UInt64(bitPattern: Int64(number))
    for _ in 0..<8 {
      add(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  private mutating func add(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  var value: UInt64 {
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A number from 0 to `count - 1`, each as likely as the others. `count` is positive.
  func number(below count: Int) -> Int { Int(value.multipliedFullWidth(by: UInt64(count)).high) }
}
