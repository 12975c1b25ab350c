import Model

/// The pairs of a query or of an `application/x-www-form-urlencoded` body, in order.
struct FormText: Sendable {
  static let mostPairs = 1000

  struct Pair: Hashable, Sendable {
    var name: String
    var value: String
    /// As it stood in the text.
    fileprivate var raw: String
  }

  private(set) var pairs: [Pair]

  /// - Throws: `Problem` `invalid` for text that is not well encoded, or more than 1000 pairs.
  init(_ text: some Collection<UInt8>) throws {
    pairs = []
    for part in text.split(separator: UInt8(ascii: "&")) {
      guard pairs.count < Self.mostPairs else {
        throw Problem(.invalid, "there are too many parameters", rule: "at most \(Self.mostPairs)")
      }
      let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = try PercentEncoding.decode(sides[0], plusIsSpace: true)
      let value = sides.count > 1 ? try PercentEncoding.decode(sides[1], plusIsSpace: true) : ""
      guard !name.isEmpty else { continue }
      pairs.append(Pair(name: name, value: value, raw: String(decoding: part, as: UTF8.self)))
    }
  }

  /// The pairs as they were written.
  var raw: String { pairs.map(\.raw).joined(separator: "&") }

  /// Takes all pairs of a name away and returns their values.
  mutating func take(_ name: String) -> [String] {
    let values = pairs.filter { $0.name == name }.map(\.value)
    pairs.removeAll { $0.name == name }
    return values
  }

  /// The members of the object that the pairs make: of a repeated name the last value counts, except that the names in
  /// `arrays` always become arrays of all values.
  func members(arrays: Set<String>) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    for pair in pairs {
      if arrays.contains(pair.name) {
        members[pair.name] = .array((members[pair.name]?.arrayValue ?? []) + [.string(pair.value)])
      } else {
        members[pair.name] = .string(pair.value)
      }
    }
    return members
  }
}
