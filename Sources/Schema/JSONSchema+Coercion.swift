import Model

extension JSONSchema {
  /// Turns the named top-level members from text into what the schema wants, where the text says exactly that. A text
  /// that does not is left, so that checking it names the type.
  func coerce(_ value: JSONValue, members names: Set<String>) -> JSONValue {
    guard !names.isEmpty, case .object(var members) = value else { return value }
    for name in names.sorted() {
      guard let member = members[name], let rule = property(name, of: 0) else { continue }
      members[name] = coerce(member, rule)
    }
    return .object(members)
  }

  private func coerce(_ value: JSONValue, _ rule: Int) -> JSONValue {
    let kinds = kinds(of: rule)
    switch value {
    case .array(let elements):
      guard let item = facets(of: rule).compactMap({ rules[$0].items }).first else { return value }
      return .array(elements.map { coerce($0, item) })
    case .string(let text):
      guard !kinds.isEmpty, !kinds.contains(.string) else { return value }
      if kinds.contains(.integer) || kinds.contains(.number), let number = Int64(strict: text) { return .int(number) }
      if kinds.contains(.number), let number = Double(strict: text) { return .double(number) }
      if kinds.contains(.boolean), let flag = Bool(text) { return .bool(flag) }
      if kinds.contains(.array) { return coerce(.array([value]), rule) }
      return value
    default: return value
    }
  }

  /// The rule of a member, also where a reference or `allOf` holds it.
  private func property(_ name: String, of rule: Int) -> Int? {
    facets(of: rule).compactMap { rules[$0].properties[name] }.first
  }

  private func kinds(of rule: Int) -> [SchemaRule.Kind] { facets(of: rule).flatMap { rules[$0].kinds } }

  /// The rule and those that must hold beside it, each once.
  private func facets(of rule: Int) -> [Int] {
    var facets = [rule]
    var position = 0
    while position < facets.count {
      let rule = rules[facets[position]]
      for other in [rule.reference].compactMap(\.self) + rule.allOf where !facets.contains(other) {
        facets.append(other)
      }
      position += 1
    }
    return facets
  }
}

extension Int64 {
  /// Reads digits with at most a minus before them, as JSON writes integers.
  fileprivate init?(strict text: String) {
    guard text.utf8.count <= 20, !text.hasPrefix("+") else { return nil }
    self.init(text)
  }
}

extension Double {
  /// Reads a finite number as JSON writes one.
  fileprivate init?(strict text: String) {
    guard text.utf8.count <= 64, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }),
      let first = text.utf8.first, first != UInt8(ascii: "+"), let number = Double(text), number.isFinite
    else { return nil }
    self = number
  }
}
