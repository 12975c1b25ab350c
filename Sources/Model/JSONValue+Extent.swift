extension JSONValue {
  /// Whether it is nested deeper than `depth` levels of arrays and objects. Looks no deeper than that itself.
  public func isNested(deeperThan depth: Int) -> Bool {
    switch self {
    case .array(let elements): depth <= 0 || elements.contains { $0.isNested(deeperThan: depth - 1) }
    case .object(let members): depth <= 0 || members.values.contains { $0.isNested(deeperThan: depth - 1) }
    default: false
    }
  }

  /// About how many bytes its text has.
  public var estimatedBytes: Int { estimatedBytes(atMost: .max) }

  /// About how many bytes its text has. Counts no further than a little beyond `most`.
  public func estimatedBytes(atMost most: Int) -> Int {
    var bytes = 0
    count(&bytes, most)
    return bytes
  }

  private func count(_ bytes: inout Int, _ most: Int) {
    guard bytes <= most else { return }
    switch self {
    case .null, .bool, .int, .double: bytes += 8
    case .string(let text): bytes += text.utf8.count + 3
    case .array(let elements):
      bytes += 2
      for element in elements where bytes <= most { element.count(&bytes, most) }
    case .object(let members):
      bytes += 2
      for (name, value) in members where bytes <= most {
        bytes += name.utf8.count + 4
        value.count(&bytes, most)
      }
    }
  }
}
