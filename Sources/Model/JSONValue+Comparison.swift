extension JSONValue {
  /// Whether both are the same value, where 1 and 1.0 are.
  public func isSame(as other: JSONValue) -> Bool {
    switch (self, other) {
    case (.int(let left), .int(let right)): return left == right
    case (.int, .double), (.double, .int), (.double, .double): return doubleValue == other.doubleValue
    case (.array(let left), .array(let right)):
      return left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
    case (.object(let left), .object(let right)):
      return left.count == right.count && left.allSatisfy { right[$0.key]?.isSame(as: $0.value) ?? false }
    default: return self == other
    }
  }

  /// Whether both are numbers or both are texts and this one is not greater; texts by their code points.
  func isAtMost(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.int(let left), .int(let right)): return left <= right
    case (.string(let left), .string(let right)):
      return !right.unicodeScalars.lexicographicallyPrecedes(left.unicodeScalars)
    default:
      guard let left = doubleValue, let right = other.doubleValue else { return false }
      return left <= right
    }
  }

  /// The member that a dotted name means: `a.b` is the member of that very name, or else `b` of the object `a`; the
  /// longest first part that leads to something counts.
  public func member(at name: String) -> JSONValue? {
    guard let members = objectValue else { return nil }
    if let value = members[name] { return value }
    for index in name.indices.reversed() where name[index] == "." {
      let rest = String(name[name.index(after: index)...])
      if let found = members[String(name[..<index])]?.member(at: rest) { return found }
    }
    return nil
  }
}

extension JSONValue? {
  func isSame(as other: JSONValue?) -> Bool {
    switch (self, other) {
    case (nil, nil): true
    case (let left?, let right?): left.isSame(as: right)
    default: false
    }
  }
}
