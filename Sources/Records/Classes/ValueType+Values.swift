public import Model

extension ValueType {
  /// Whether a value that is not null is of the type.
  public func admits(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.json, _), (.string, .string), (.integer, .int), (.number, .int), (.number, .double), (.boolean, .bool),
      (.object, .object), (.array, .array):
      true
    case (.integer, .double(let number)): number.rounded() == number && abs(number) <= 9_007_199_254_740_992
    case (.datetime, .string(let text)): Self.moment(text) != nil
    default: false
    }
  }

  /// The value as it is stored: moments in UTC and of one length, so that their order is that of their texts.
  func normalized(_ value: JSONValue) -> JSONValue {
    guard self == .datetime, let text = value.stringValue, let moment = Self.moment(text) else { return value }
    return .string(moment.rfc3339)
  }

  /// The years have four digits.
  private static func moment(_ text: String) -> Timestamp? {
    guard let moment = Timestamp(rfc3339: text), moment.rfc3339.utf8.count == 27, moment.rfc3339.first != "-" else {
      return nil
    }
    return moment
  }

  /// What a value has to be, for errors.
  var demand: String {
    switch self {
    case .string: "a string"
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "true or false"
    case .datetime: "a time as RFC 3339 writes it"
    case .object: "an object"
    case .array: "an array"
    case .json: "JSON"
    }
  }
}
