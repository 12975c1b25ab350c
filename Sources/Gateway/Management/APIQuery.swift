import Model

/// The query of a request to the management API. Whatever it says wrong is an error that names the parameter.
struct APIQuery: Sendable {
  private let values: [String: String]

  /// - Throws: `Problem` `invalid` for a parameter that is not among `known`, or given twice.
  init(_ text: Substring, known: [String]) throws {
    var values: [String: String] = [:]
    for pair in try FormText(text.utf8).pairs {
      guard known.contains(pair.name) else {
        let rule = known.isEmpty ? "none" : "one of \(known.joined(separator: ", "))"
        throw Problem(
          .invalid, "there is no such parameter", field: pair.name, rule: rule,
          hint: Spelling.hint(pair.name, among: known))
      }
      guard values.updateValue(pair.value, forKey: pair.name) == nil else {
        throw Problem(.invalid, "the parameter is given twice", field: pair.name)
      }
    }
    self.values = values
  }

  func text(_ name: String) -> String? {
    values[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
    guard let text = text(name) else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      let rule =
        range.upperBound == .max
        ? "a whole number from \(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
      throw Problem(.invalid, "the parameter cannot be read", field: name, rule: rule)
    }
    return number
  }

  /// How many items a page has.
  func limit() throws -> Int { Int(try integer("limit", in: 1...1000) ?? 50) }

  static let badCursor = Problem(
    .invalid, "the cursor is none of ours", field: "cursor", rule: "next_cursor of the page before")

  /// A moment, given as such or as how long ago it was.
  func time(_ name: String, now: Timestamp) throws -> Timestamp? {
    guard let text = text(name) else { return nil }
    if let time = Timestamp(rfc3339: text) { return time }
    if let duration = Duration(text: text) {
      return Timestamp(microseconds: now.microseconds &- duration.wholeMicroseconds)
    }
    throw Problem(
      .invalid, "the parameter cannot be read", field: name,
      rule: "a time such as 2026-11-21T11:04:42Z, or a duration such as 1h")
  }

  func flag(_ name: String) throws -> Bool? {
    guard let text = text(name) else { return nil }
    guard let flag = Bool(text) else {
      throw Problem(.invalid, "the parameter cannot be read", field: name, rule: "true or false")
    }
    return flag
  }

  /// A span of whole minutes, at most 366 days.
  func span(_ name: String) throws -> Duration? {
    guard let text = text(name) else { return nil }
    let minute = RunPeriod.shortest.wholeMicroseconds
    guard let duration = Duration(text: text), duration > .zero, duration <= .seconds(366 * 86_400),
      duration.wholeMicroseconds % minute == 0
    else {
      throw Problem(.invalid, "the parameter cannot be read", field: name, rule: "whole minutes, such as 5m or 1h")
    }
    return duration
  }

  func choice<Value: CaseIterable & RawRepresentable<String>>(_ name: String, _ type: Value.Type) throws -> Value? {
    guard let text = text(name) else { return nil }
    return try Self.choice(text, field: name, type)
  }

  static func choice<Value: CaseIterable & RawRepresentable<String>>(
    _ text: String, field: String, _ type: Value.Type
  ) throws -> Value {
    if let value = Value(rawValue: text) { return value }
    let known = Value.allCases.map(\.rawValue)
    throw Problem(
      .invalid, "there is no such value", field: field, rule: "one of \(known.joined(separator: ", "))",
      hint: Spelling.hint(text, among: known))
  }
}
