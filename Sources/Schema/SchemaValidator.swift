import Model

/// One check of one value: fills defaults, then applies rules, both within a budget of steps.
struct SchemaValidator {
  let rules: [SchemaRule]
  private var steps = 0

  init(rules: [SchemaRule]) {
    self.rules = rules
  }

  // MARK: - Defaults

  /// Fills in the defaults of absent members, until there are none left to fill.
  mutating func fillDefaults(of value: JSONValue, rule: Int = 0) throws(Problem) -> JSONValue {
    guard !value.isNested(deeperThan: JSONSchema.maximumDepth) else { throw tooDeep("") }
    var value = value
    // A default that one branch of `allOf` adds can have members that another branch has defaults for.
    for _ in 0..<16 where try fill(&value, rule, "", depth: 0) == false { return value }
    throw Problem(.invalid, "the defaults of the schema never come to an end", field: "")
  }

  /// - Returns: whether it changed something.
  private mutating func fill(
    _ value: inout JSONValue, _ index: Int, _ pointer: String, depth: Int
  ) throws(Problem) -> Bool {
    try step(pointer)
    guard depth <= JSONSchema.maximumDepth else { throw tooDeep(pointer) }
    let rule = rules[index]
    var isChanged = false
    for other in [rule.reference].compactMap(\.self) + rule.allOf {
      // References cannot go in circles in place, so that only going into the value counts as depth.
      if try fill(&value, other, pointer, depth: depth) { isChanged = true }
    }
    switch value {
    case .object(var members):
      for (name, property) in rule.properties.sorted(by: { $0.key < $1.key }) {
        let place = pointer + JSONPointer.segment(name)
        if var member = members[name] {
          guard try fill(&member, property, place, depth: depth + 1) else { continue }
          members[name] = member
        } else if var member = defaultValue(of: property) {
          _ = try fill(&member, property, place, depth: depth + 1)
          members[name] = member
        } else {
          continue
        }
        isChanged = true
      }
      if isChanged { value = .object(members) }
    case .array(var elements):
      guard rule.items != nil || !rule.prefixItems.isEmpty else { break }
      for position in elements.indices {
        let item = position < rule.prefixItems.count ? rule.prefixItems[position] : rule.items
        guard let item else { break }
        if try fill(&elements[position], item, "\(pointer)/\(position)", depth: depth + 1) { isChanged = true }
      }
      if isChanged { value = .array(elements) }
    default: break
    }
    return isChanged
  }

  private func defaultValue(of index: Int) -> JSONValue? {
    var index = index
    while true {
      if let value = rules[index].defaultValue { return value }
      guard let reference = rules[index].reference else { return nil }
      index = reference
    }
  }

  // MARK: - Checks

  mutating func check(_ value: JSONValue, rule: Int = 0) throws(Problem) {
    guard !value.isNested(deeperThan: JSONSchema.maximumDepth) else { throw tooDeep("") }
    try check(value, rule, "")
  }

  private mutating func check(_ value: JSONValue, _ index: Int, _ pointer: String) throws(Problem) {
    try step(pointer)
    let rule = rules[index]
    guard rule.admitsAnything else {
      throw Problem(.invalid, "nothing is allowed here", field: pointer, rule: "false")
    }
    if !rule.kinds.isEmpty, !rule.kinds.contains(where: { $0.admits(value) }) {
      let names = rule.kinds.map(\.rawValue).joined(separator: " or ")
      let words = rule.kinds.map(\.words).joined(separator: " or ")
      throw Problem(.invalid, "the value is \(value.kindName), not \(words)", field: pointer, rule: "type: \(names)")
    }
    if let admitted = rule.admitted, !admitted.contains(value.canonical) {
      throw Problem(
        .invalid, "the value \(value.excerpt) is not one of those allowed", field: pointer, rule: rule.admittedText)
    }
    switch value {
    case .object(let members): try checkObject(members, rule, pointer)
    case .array(let elements): try checkArray(elements, rule, pointer)
    case .string(let text): try checkText(text, rule, pointer)
    case .int, .double: try checkNumber(value, rule, pointer)
    default: break
    }
    try checkCombinations(value, rule, pointer)
  }

  private mutating func checkObject(
    _ members: [String: JSONValue], _ rule: SchemaRule, _ pointer: String
  ) throws(Problem) {
    for name in rule.required where members[name] == nil {
      throw Problem(.invalid, "\(name) is missing", field: pointer + JSONPointer.segment(name), rule: "required")
    }
    if let minimum = rule.minProperties, members.count < minimum {
      throw count(members.count, "members", "minProperties", minimum, pointer)
    }
    if let maximum = rule.maxProperties, members.count > maximum {
      throw count(members.count, "members", "maxProperties", maximum, pointer)
    }
    guard !rule.properties.isEmpty || !rule.patternProperties.isEmpty || rule.additionalProperties != nil else {
      return
    }
    for name in members.keys.sorted() {
      let member = members[name] ?? .null
      let place = pointer + JSONPointer.segment(name)
      var isNamed = false
      if let property = rule.properties[name] {
        isNamed = true
        try check(member, property, place)
      }
      for entry in rule.patternProperties {
        guard try matches(entry.pattern, name, place, keyword: "patternProperties") else { continue }
        isNamed = true
        try check(member, entry.rule, place)
      }
      guard !isNamed, let additional = rule.additionalProperties else { continue }
      guard rules[additional].admitsAnything else {
        throw Problem(
          .invalid, "\(name) is not a known member", field: place, rule: "additionalProperties: false",
          hint: name.nearest(among: rule.properties.keys).map { "did you mean \($0)?" })
      }
      try check(member, additional, place)
    }
  }

  private mutating func checkArray(_ elements: [JSONValue], _ rule: SchemaRule, _ pointer: String) throws(Problem) {
    if let minimum = rule.minItems, elements.count < minimum {
      throw count(elements.count, "elements", "minItems", minimum, pointer)
    }
    if let maximum = rule.maxItems, elements.count > maximum {
      throw count(elements.count, "elements", "maxItems", maximum, pointer)
    }
    if rule.uniqueItems {
      var seen: Set<JSONValue> = []
      for (position, element) in elements.enumerated() where !seen.insert(element.canonical).inserted {
        throw Problem(
          .invalid, "the element stands in the array twice", field: "\(pointer)/\(position)", rule: "uniqueItems: true")
      }
    }
    guard rule.items != nil || !rule.prefixItems.isEmpty else { return }
    for (position, element) in elements.enumerated() {
      let item = position < rule.prefixItems.count ? rule.prefixItems[position] : rule.items
      guard let item else { break }
      try check(element, item, "\(pointer)/\(position)")
    }
  }

  private func checkText(_ text: String, _ rule: SchemaRule, _ pointer: String) throws(Problem) {
    if rule.minLength != nil || rule.maxLength != nil {
      let length = text.unicodeScalars.count
      if let minimum = rule.minLength, length < minimum {
        throw count(length, "characters", "minLength", minimum, pointer)
      }
      if let maximum = rule.maxLength, length > maximum {
        throw count(length, "characters", "maxLength", maximum, pointer)
      }
    }
    if let pattern = rule.pattern, try !matches(pattern, text, pointer, keyword: "pattern") {
      throw Problem(
        .invalid, "the text does not have the form that is asked for", field: pointer,
        rule: "pattern: \(pattern.source)")
    }
    if let format = rule.format, !format.admits(text) {
      throw Problem(
        .invalid, "the text is not a valid \(format.rawValue)", field: pointer, rule: "format: \(format.rawValue)")
    }
  }

  private func checkNumber(_ value: JSONValue, _ rule: SchemaRule, _ pointer: String) throws(Problem) {
    let broken: (keyword: String, bound: JSONValue, words: String)? =
      if let bound = rule.minimum, value.isLess(than: bound) {
        ("minimum", bound, "too small")
      } else if let bound = rule.maximum, bound.isLess(than: value) {
        ("maximum", bound, "too large")
      } else if let bound = rule.exclusiveMinimum, !bound.isLess(than: value) {
        ("exclusiveMinimum", bound, "too small")
      } else if let bound = rule.exclusiveMaximum, !value.isLess(than: bound) {
        ("exclusiveMaximum", bound, "too large")
      } else if let bound = rule.multipleOf, !value.isMultiple(of: bound) {
        ("multipleOf", bound, "not a multiple of \(bound.excerpt)")
      } else { nil }
    guard let broken else { return }
    throw Problem(
      .invalid, "the number \(value.excerpt) is \(broken.words)", field: pointer,
      rule: "\(broken.keyword): \(broken.bound.excerpt)")
  }

  private mutating func checkCombinations(
    _ value: JSONValue, _ rule: SchemaRule, _ pointer: String
  ) throws(Problem) {
    if let reference = rule.reference { try check(value, reference, pointer) }
    for other in rule.allOf { try check(value, other, pointer) }
    if !rule.anyOf.isEmpty {
      var first: Problem?
      for other in rule.anyOf {
        guard let problem = try failure(value, other, pointer) else {
          first = nil
          break
        }
        first = first ?? problem
      }
      if let first { throw noneFits(first, "anyOf", rule.anyOf.count, pointer) }
    }
    if !rule.oneOf.isEmpty {
      var first: Problem?
      var fitting = 0
      for other in rule.oneOf {
        if let problem = try failure(value, other, pointer) { first = first ?? problem } else { fitting += 1 }
      }
      if fitting == 0, let first { throw noneFits(first, "oneOf", rule.oneOf.count, pointer) }
      if fitting > 1 {
        throw Problem(
          .invalid, "the value fits \(fitting) of the alternatives, only one is allowed", field: pointer,
          rule: "oneOf")
      }
    }
    if let other = rule.not, try failure(value, other, pointer) == nil {
      throw Problem(.invalid, "the value is one that is excluded", field: pointer, rule: "not")
    }
  }

  /// Why the value breaks a rule, `nil` if it satisfies it. Running out of budget stays an error.
  private mutating func failure(_ value: JSONValue, _ rule: Int, _ pointer: String) throws(Problem) -> Problem? {
    do {
      try check(value, rule, pointer)
      return nil
    } catch {
      guard error.code == .invalid else { throw error }
      return error
    }
  }

  private func noneFits(_ first: Problem, _ keyword: String, _ alternatives: Int, _ pointer: String) -> Problem {
    guard alternatives > 1 else { return first }
    return Problem(
      .invalid, "the value fits none of the \(alternatives) alternatives; the first: \(first.message)",
      field: first.field, rule: first.rule.map { "\(keyword), \($0)" } ?? keyword)
  }

  private func matches(
    _ pattern: SchemaPattern, _ text: String, _ pointer: String, keyword: String
  ) throws(Problem) -> Bool {
    switch pattern.match(text) {
    case .match: return true
    case .noMatch: return false
    case .tooExpensive:
      throw Problem(
        .tooLarge, "the text is too long or too intricate to be matched", field: pointer,
        rule: "\(keyword): \(pattern.source)")
    }
  }

  private func count(_ count: Int, _ noun: String, _ keyword: String, _ bound: Int, _ pointer: String) -> Problem {
    let side = keyword.hasPrefix("min") ? "at least" : "at most"
    return Problem(
      .invalid, "it has \(count) \(noun), \(side) \(bound) are allowed", field: pointer, rule: "\(keyword): \(bound)")
  }

  private func tooDeep(_ pointer: String) -> Problem {
    Problem(
      .tooLarge, "the value is nested too deeply", field: pointer, rule: "at most \(JSONSchema.maximumDepth) levels")
  }

  private mutating func step(_ pointer: String) throws(Problem) {
    steps += 1
    guard steps <= JSONSchema.maximumSteps else {
      throw Problem(
        .tooLarge, "the value takes too long to check", field: pointer,
        rule: "at most \(JSONSchema.maximumSteps) steps")
    }
  }
}

extension SchemaRule.Kind {
  fileprivate func admits(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.null, .null), (.boolean, .bool), (.string, .string), (.array, .array), (.object, .object), (.number, .int),
      (.number, .double), (.integer, .int):
      true
    case (.integer, .double(let number)): number.isFinite && number == number.rounded()
    default: false
    }
  }
}
