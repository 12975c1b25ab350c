import Model

/// Members of a JSON object, which may be missing or null.
extension [String: JSONValue] {
  func flag(_ name: String) throws -> Bool? {
    try read(name, "true or false", \.boolValue)
  }

  func text(_ name: String) throws -> String? {
    try read(name, "a string", \.stringValue)
  }

  func number(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
    try read(name, "a whole number from \(range.lowerBound)") { value in
      value.intValue.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  private func read<Found>(_ name: String, _ rule: String, _ read: (JSONValue) -> Found?) throws -> Found? {
    guard let value = self[name], value != .null else { return nil }
    guard let found = read(value) else {
      throw Problem(.invalid, "the member cannot be read", field: "/\(name)", rule: rule)
    }
    return found
  }
}
