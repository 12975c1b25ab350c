import Model

/// A value inside a schema document and where it stands.
struct SchemaSource {
  let value: JSONValue
  let pointer: String

  func mustBe(_ rule: String) -> Problem {
    Problem(.invalid, "the schema has \(value.kindName) where it cannot stand", field: pointer, rule: "must be \(rule)")
  }

  /// The members of an object, by sorted name.
  func members() throws(Problem) -> [(String, SchemaSource)] {
    guard let members = value.objectValue else { throw mustBe("an object") }
    return members.keys.sorted().map { name in
      (name, SchemaSource(value: members[name] ?? .null, pointer: pointer + JSONPointer.segment(name)))
    }
  }

  func names() throws(Problem) -> [String] {
    guard let elements = value.arrayValue else { throw mustBe("an array of strings") }
    let names = elements.compactMap(\.stringValue)
    guard names.count == elements.count else { throw mustBe("an array of strings") }
    return names.sorted()
  }

  func count() throws(Problem) -> Int {
    guard let number = value.intValue, number >= 0, let count = Int(exactly: number) else {
      throw mustBe("a whole number, 0 or more")
    }
    return count
  }

  func number() throws(Problem) -> JSONValue {
    guard let number = value.doubleValue, number.isFinite else { throw mustBe("a number") }
    return value
  }
}
