import Model

extension JSONValue {
  /// The value with whole numbers in one form, since JSON Schema holds `1` and `1.0` to be equal.
  var canonical: JSONValue {
    switch self {
    case .double(let number): Int64(exactly: number).map(JSONValue.int) ?? self
    case .array(let elements): .array(elements.map(\.canonical))
    case .object(let members): .object(members.mapValues(\.canonical))
    default: self
    }
  }

  /// The word for its kind, as people say it.
  var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .int: "an integer"
    case .double: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// A short text of it for messages.
  var excerpt: String {
    let text = serialized
    return text.unicodeScalars.count <= 60
      ? text : "\(String(String.UnicodeScalarView(text.unicodeScalars.prefix(57))))..."
  }

  /// Compares two numbers, exactly where both are integers.
  func isLess(than other: JSONValue) -> Bool {
    if case .int(let left) = self, case .int(let right) = other { return left < right }
    return (doubleValue ?? .nan) < (other.doubleValue ?? .nan)
  }

  /// Whether it is a whole multiple of `divisor`, with the tolerance that binary fractions need.
  func isMultiple(of divisor: JSONValue) -> Bool {
    if let left = intValue, let right = divisor.intValue, right != 0 {
      return right == -1 || left % right == 0
    }
    guard let left = doubleValue, let right = divisor.doubleValue else { return false }
    let quotient = left / right
    return quotient.isFinite && abs(quotient - quotient.rounded()) <= 1e-9 * max(1, abs(quotient))
  }
}
