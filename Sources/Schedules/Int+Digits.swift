extension Int {
  /// In at least `width` decimal digits.
  func digits(_ width: Int) -> String {
    let text = String(magnitude)
    return (self < 0 ? "-" : "") + String(repeating: "0", count: Swift.max(0, width - text.count)) + text
  }
}
