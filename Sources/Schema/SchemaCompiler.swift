import Foundation
import Model

/// Turns a schema document into rules. The rule of the document's top has index 0.
struct SchemaCompiler {
  private let document: JSONValue
  private var rules: [SchemaRule] = []
  private var indexes: [String: Int] = [:]
  /// References still to be resolved: the rule, and where it points.
  private var references: [(rule: Int, target: String)] = []

  private static let annotations: Set<String> = [
    "title", "description", "examples", "$comment", "$schema", "$id", "deprecated", "readOnly", "writeOnly",
    "contentEncoding", "contentMediaType", "default", "$defs", "$ref",
  ]

  private static let keywords: [String: Keyword] = [
    "type": { compiler, source, rule throws(Problem) in try compiler.compileType(source, &rule) },
    "enum": { compiler, source, rule throws(Problem) in try compiler.compileEnumeration(source, &rule) },
    "const": { compiler, source, rule throws(Problem) in
      rule.admitted = (rule.admitted ?? [source.value.canonical]).intersection([source.value.canonical])
      rule.admittedText = "const: \(source.value.excerpt)"
    },
    "properties": { compiler, source, rule throws(Problem) in
      for (name, member) in try source.members() {
        rule.properties[name] = try compiler.compile(member)
      }
    },
    "required": { compiler, source, rule throws(Problem) in rule.required = try source.names() },
    "additionalProperties": { compiler, source, rule throws(Problem) in
      rule.additionalProperties = try compiler.compile(source)
    },
    "patternProperties": { compiler, source, rule throws(Problem) in
      for (name, member) in try source.members() {
        let pattern = try compiler.pattern(name, at: member.pointer)
        rule.patternProperties.append(SchemaRule.Pattern(pattern: pattern, rule: try compiler.compile(member)))
      }
    },
    "minProperties": { compiler, source, rule throws(Problem) in rule.minProperties = try source.count() },
    "maxProperties": { compiler, source, rule throws(Problem) in rule.maxProperties = try source.count() },
    "prefixItems": { compiler, source, rule throws(Problem) in
      rule.prefixItems = try compiler.compileAll(source)
    },
    "items": { compiler, source, rule throws(Problem) in rule.items = try compiler.compile(source) },
    "minItems": { compiler, source, rule throws(Problem) in rule.minItems = try source.count() },
    "maxItems": { compiler, source, rule throws(Problem) in rule.maxItems = try source.count() },
    "uniqueItems": { compiler, source, rule throws(Problem) in
      guard let flag = source.value.boolValue else { throw source.mustBe("true or false") }
      rule.uniqueItems = flag
    },
    "minLength": { compiler, source, rule throws(Problem) in rule.minLength = try source.count() },
    "maxLength": { compiler, source, rule throws(Problem) in rule.maxLength = try source.count() },
    "pattern": { compiler, source, rule throws(Problem) in
      guard let text = source.value.stringValue else { throw source.mustBe("a string") }
      rule.pattern = try compiler.pattern(text, at: source.pointer)
    },
    "format": { compiler, source, rule throws(Problem) in
      guard let format = source.value.stringValue.flatMap(SchemaFormat.init(rawValue:)) else {
        throw source.mustBe("one of " + SchemaFormat.allCases.map(\.rawValue).joined(separator: ", "))
      }
      rule.format = format
    },
    "minimum": { compiler, source, rule throws(Problem) in rule.minimum = try source.number() },
    "maximum": { compiler, source, rule throws(Problem) in rule.maximum = try source.number() },
    "exclusiveMinimum": { compiler, source, rule throws(Problem) in rule.exclusiveMinimum = try source.number() },
    "exclusiveMaximum": { compiler, source, rule throws(Problem) in rule.exclusiveMaximum = try source.number() },
    "multipleOf": { compiler, source, rule throws(Problem) in
      let number = try source.number()
      guard (number.doubleValue ?? 0) > 0 else { throw source.mustBe("greater than 0") }
      rule.multipleOf = number
    },
    "allOf": { compiler, source, rule throws(Problem) in rule.allOf = try compiler.compileAll(source) },
    "anyOf": { compiler, source, rule throws(Problem) in rule.anyOf = try compiler.compileAll(source) },
    "oneOf": { compiler, source, rule throws(Problem) in rule.oneOf = try compiler.compileAll(source) },
    "not": { compiler, source, rule throws(Problem) in rule.not = try compiler.compile(source) },
  ]

  private typealias Keyword =
    @Sendable (inout SchemaCompiler, SchemaSource, inout SchemaRule) throws(Problem) -> Void

  init(document: JSONValue) {
    self.document = document
  }

  mutating func compile() throws(Problem) -> [SchemaRule] {
    guard !document.isNested(deeperThan: JSONSchema.maximumDepth) else {
      throw Problem(
        .invalid, "the schema is nested too deeply", field: "", rule: "at most \(JSONSchema.maximumDepth) levels")
    }
    _ = try compile(SchemaSource(value: document, pointer: ""))
    if rules[0].kinds.isEmpty, !rules[0].properties.isEmpty { rules[0].kinds = [.object] }
    // Resolving a reference can compile what it points at, and that can add references.
    while let (rule, target) = references.popLast() {
      rules[rule].reference = try resolve(target, from: rules[rule].pointer)
    }
    try refuseCycles()
    return rules
  }

  private mutating func compile(_ source: SchemaSource) throws(Problem) -> Int {
    if let index = indexes[source.pointer] { return index }
    guard rules.count < JSONSchema.maximumRules else {
      throw Problem(
        .invalid, "the schema is too large", field: source.pointer, rule: "at most \(JSONSchema.maximumRules) rules")
    }
    var rule = SchemaRule(index: rules.count, pointer: source.pointer)
    indexes[source.pointer] = rule.index
    rules.append(rule)
    switch source.value {
    case .bool(let flag): rule.admitsAnything = flag
    case .object(let members):
      for name in members.keys.sorted() {
        try compileMember(
          SchemaSource(value: members[name] ?? .null, pointer: source.pointer + JSONPointer.segment(name)),
          named: name, into: &rule)
      }
    default: throw source.mustBe("a schema: an object, true or false")
    }
    rules[rule.index] = rule
    return rule.index
  }

  private mutating func compileMember(
    _ source: SchemaSource, named name: String, into rule: inout SchemaRule
  ) throws(Problem) {
    if let keyword = Self.keywords[name] {
      try keyword(&self, source, &rule)
      return
    }
    switch name {
    case "default": rule.defaultValue = source.value
    case "$ref":
      guard let target = source.value.stringValue else { throw source.mustBe("a string") }
      references.append((rule.index, target))
    case "$defs":
      for (_, member) in try source.members() { _ = try compile(member) }
    default:
      guard !Self.annotations.contains(name), !name.hasPrefix("x-") else { return }
      let known = Array(Self.keywords.keys) + Array(Self.annotations)
      throw Problem(
        .invalid, "the schema keyword \(name) is not known here", field: source.pointer,
        hint: name.nearest(among: known).map { "did you mean \($0)?" })
    }
  }

  private mutating func compileAll(_ source: SchemaSource) throws(Problem) -> [Int] {
    guard let elements = source.value.arrayValue, !elements.isEmpty else {
      throw source.mustBe("an array of at least one schema")
    }
    var compiled: [Int] = []
    for (index, element) in elements.enumerated() {
      compiled.append(try compile(SchemaSource(value: element, pointer: "\(source.pointer)/\(index)")))
    }
    return compiled
  }

  private func compileType(_ source: SchemaSource, _ rule: inout SchemaRule) throws(Problem) {
    let names = source.value.arrayValue ?? [source.value]
    guard !names.isEmpty else { throw source.mustBe("the name of a type, or an array of some") }
    for name in names {
      guard let kind = name.stringValue.flatMap(SchemaRule.Kind.init(rawValue:)) else {
        throw source.mustBe("one of " + SchemaRule.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      if !rule.kinds.contains(kind) { rule.kinds.append(kind) }
    }
  }

  private func compileEnumeration(_ source: SchemaSource, _ rule: inout SchemaRule) throws(Problem) {
    guard let values = source.value.arrayValue, !values.isEmpty else {
      throw source.mustBe("an array of at least one value")
    }
    let admitted = Set(values.map(\.canonical))
    rule.admitted = rule.admitted.map { $0.intersection(admitted) } ?? admitted
    rule.admittedText = "enum: \(source.value.excerpt)"
  }

  private func pattern(_ text: String, at pointer: String) throws(Problem) -> SchemaPattern {
    guard let pattern = SchemaPattern(text) else {
      throw Problem(
        .invalid, "not a usable regular expression", field: pointer,
        rule: "a regular expression of at most \(SchemaPattern.maximumSource) bytes")
    }
    return pattern
  }

  private mutating func resolve(_ target: String, from pointer: String) throws(Problem) -> Int {
    let field = pointer + "/$ref"
    guard target == "#" || target.hasPrefix("#/") else {
      throw Problem(
        .invalid, "the reference \(target) leaves the schema", field: field, rule: "#, or #/ and a JSON pointer")
    }
    var value = document
    var canonicalPointer = ""
    for segment in target.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) where target != "#" {
      // In a URI fragment a pointer may be percent-encoded (RFC 6901, section 6).
      let name = (String(segment).removingPercentEncoding ?? String(segment))
        .replacing("~1", with: "/").replacing("~0", with: "~")
      let next: JSONValue? =
        if let elements = value.arrayValue, let index = Int(name), elements.indices.contains(index) {
          elements[index]
        } else { value[name] }
      guard let next else {
        throw Problem(.invalid, "the reference \(target) leads nowhere", field: field)
      }
      value = next
      canonicalPointer += JSONPointer.segment(name)
    }
    return try compile(SchemaSource(value: value, pointer: canonicalPointer))
  }

  /// A rule that leads back to itself without going into the value would be checked for ever.
  private func refuseCycles() throws(Problem) {
    enum Mark { case open, done }
    var marks: [Int: Mark] = [:]
    for start in rules.indices where marks[start] == nil {
      var path: [(rule: Int, next: Int)] = [(start, 0)]
      marks[start] = .open
      while let (rule, next) = path.last {
        let successors = rules[rule].inPlace
        guard next < successors.count else {
          marks[rule] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let successor = successors[next]
        switch marks[successor] {
        case .done: break
        case .open:
          throw Problem(
            .invalid, "the schema refers to itself without going into the value", field: rules[successor].pointer,
            rule: "$ref")
        case nil:
          marks[successor] = .open
          path.append((successor, 0))
        }
      }
    }
  }
}
