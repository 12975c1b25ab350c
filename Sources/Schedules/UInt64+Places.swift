extension UInt64 {
  /// The places of the bits that are set, ascending.
  var places: [Int] { (0..<64).filter { self & 1 << $0 != 0 } }
}
