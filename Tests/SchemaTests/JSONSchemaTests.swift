import Model
import Schema
import Testing

@Suite("A JSON schema")
struct JSONSchemaTests {
  @Test("accepts what it describes and fills in defaults")
  func defaults() throws {
    let schema = try JSONSchema(["properties": ["name": ["type": "string", "default": "world", "maxLength": 80]]])
    #expect(try schema.validate([:]) == ["name": "world"])
    #expect(try schema.validate(["name": "Ada", "more": 1]) == ["name": "Ada", "more": 1])
  }

  @Test(
    "names the value and the rule that it breaks",
    arguments: [
      (["type": "string"], 3, "", "type: string"),
      (["properties": ["a": true]], 3, "", "type: object"),
      (["type": ["string", "null"]], 1.5, "", "type: string or null"),
      (["type": "integer"], 1.5, "", "type: integer"),
      (["properties": ["name": ["maxLength": 2]]], ["name": "abc"], "/name", "maxLength: 2"),
      (["properties": ["name": ["minLength": 2]]], ["name": "é"], "/name", "minLength: 2"),
      (["required": ["b", "a"]], [:], "/a", "required"),
      (
        ["properties": ["a": true], "additionalProperties": false], ["b/~": 1], "/b~1~0", "additionalProperties: false"
      ),
      (["additionalProperties": ["type": "integer"]], ["x": "y"], "/x", "type: integer"),
      (["patternProperties": ["^n_": ["type": "number"]]], ["n_a": "y"], "/n_a", "type: number"),
      (["items": ["type": "integer"]], [1, "x"], "/1", "type: integer"),
      (["prefixItems": [true, ["const": 2]], "items": ["type": "string"]], [1, 3], "/1", "const: 2"),
      (["prefixItems": [true], "items": ["type": "string"]], [1, 3], "/1", "type: string"),
      (["prefixItems": [true], "items": false], [1, 3], "/1", "false"),
      (["minItems": 1], [], "", "minItems: 1"),
      (["maxItems": 1], [1, 2], "", "maxItems: 1"),
      (["uniqueItems": true], [1, 2, 1.0], "/2", "uniqueItems: true"),
      (["minProperties": 1], [:], "", "minProperties: 1"),
      (["maxProperties": 0], ["a": 1], "", "maxProperties: 0"),
      (["minimum": 1], 0.5, "", "minimum: 1"),
      (["maximum": 1], 2, "", "maximum: 1"),
      (["exclusiveMinimum": 1], 1, "", "exclusiveMinimum: 1"),
      (["exclusiveMaximum": 1], 1.0, "", "exclusiveMaximum: 1"),
      (["multipleOf": 0.1], 0.25, "", "multipleOf: 0.1"),
      (["multipleOf": 3], 10, "", "multipleOf: 3"),
      (["pattern": "^[a-z]+$"], "abc\n", "", "pattern: ^[a-z]+$"),
      (["pattern": "^\\d+$"], "٣", "", "pattern: ^\\d+$"),
      (["enum": [1, "a"]], 2, "", "enum: [1,\"a\"]"),
      (["const": [1]], [2], "", "const: [1]"),
      (["not": ["type": "null"]], nil, "", "not"),
      (["oneOf": [["minimum": 1], ["minimum": 2]]], 3, "", "oneOf"),
      (["anyOf": [["minimum": 5], ["minimum": 4]]], 3, "", "anyOf, minimum: 5"),
      (["allOf": [["minimum": 1], ["minimum": 4]]], 3, "", "minimum: 4"),
      (["$defs": ["p": ["minimum": 4]], "properties": ["a": ["$ref": "#/$defs/p"]]], ["a": 3], "/a", "minimum: 4"),
      (["properties": ["a": ["type": "string"], "b": ["type": "string"]]], ["b": 1, "a": 1], "/a", "type: string"),
      (false, 1, "", "false"),
    ] as [(JSONValue, JSONValue, String, String)])
  func breach(schema: JSONValue, value: JSONValue, field: String, rule: String) throws {
    let compiled = try JSONSchema(schema)
    let problem = try #require(throws: Problem.self) { try compiled.validate(value) }
    #expect(problem.code == .invalid)
    #expect(problem.field == field)
    #expect(problem.rule == rule)
    #expect(!problem.message.isEmpty)
  }

  @Test(
    "accepts values that satisfy it",
    arguments: [
      (["type": "integer"], 3.0), (["type": "number"], 3), (["enum": [1]], 1.0), (["multipleOf": 0.01], 4.35),
      (["pattern": "[[&]"], "["), (["pattern": "\\$$"], "a$"), (["oneOf": [["minimum": 1], ["maximum": 0]]], 3),
      (["not": ["type": "null"]], 1), (true, nil), ([:], [nil]), (["maxLength": 1], "👍"),
      (["minimum": 9_007_199_254_740_993], 9_007_199_254_740_993),
      (["prefixItems": [["type": "string"]]], ["a", 1]), (["pattern": "b"], "abc"),
      (["type": "object", "properties": ["next": ["$ref": "#"]]], ["next": ["next": [:]]]),
      (["x-note": 1, "title": "t", "properties": [:]], 1),
    ] as [(JSONValue, JSONValue)])
  func accepted(schema: JSONValue, value: JSONValue) throws {
    #expect(try JSONSchema(schema).validate(value) == value)
  }

  @Test(
    "refuses schemas that cannot be used, and says where",
    arguments: [
      (["maxLenght": 3], "/maxLenght"), (["type": "text"], "/type"), (["type": []], "/type"),
      (["properties": ["a": 3]], "/properties/a"), (["properties": []], "/properties"),
      (["required": [1]], "/required"), (["minLength": -1], "/minLength"), (["minLength": 1.5], "/minLength"),
      (["pattern": "("], "/pattern"), (["pattern": .string(String(repeating: "a", count: 513))], "/pattern"),
      (["format": "colour"], "/format"), (["multipleOf": 0], "/multipleOf"), (["anyOf": []], "/anyOf"),
      (["enum": []], "/enum"), (["$ref": "#/$defs/none"], "/$ref"), (["$ref": "http://example.com/s"], "/$ref"),
      (["$ref": "#"], ""), (["allOf": [["$ref": "#"]]], ""), ("text", ""),
      (["properties": ["a": ["type": "string", "default": 3]]], "/properties/a/default"),
      (["properties": ["a": ["default": [:], "$ref": "#"]]], "/properties/a/default"),
      (["if": true], "/if"), (["uniqueItems": 1], "/uniqueItems"), (["minimum": "1"], "/minimum"),
    ] as [(JSONValue, String)])
  func unusable(schema: JSONValue, field: String) throws {
    let problem = try #require(throws: Problem.self) { try JSONSchema(schema) }
    #expect(problem.code == .invalid)
    #expect(problem.field?.hasPrefix(field) == true)
  }

  @Test("suggests the keyword and the member that were meant")
  func suggestions() throws {
    let problem = try #require(throws: Problem.self) { try JSONSchema(["maxLenght": 3]) }
    #expect(problem.hint == "did you mean maxLength?")
    let schema = try JSONSchema(["properties": ["name": true], "additionalProperties": false])
    let other = try #require(throws: Problem.self) { try schema.validate(["nmae": 1]) }
    #expect(other.hint == "did you mean name?")
  }

  @Test(
    "checks formats",
    arguments: [
      ("date-time", "2026-11-21T11:04:42Z", true), ("date-time", "2026-11-21t11:04:42.123456+02:00", true),
      ("date-time", "2026-11-21 11:04:42Z", false), ("date-time", "2026-02-30T11:04:42Z", false),
      ("date-time", "2026-11-21T24:04:42Z", false), ("date-time", "2026-11-21T11:04:42", false),
      ("date", "2024-02-29", true), ("date", "2023-02-29", false), ("date", "2023-2-9", false),
      ("email", "ada@example.org", true), ("email", "ada@@example.org", false), ("email", "ada@exa mple", false),
      ("email", "a..b@example.org", false), ("email", "@x", false), ("email", "a@-x", false),
      ("uri", "https://example.org/a?b=%20#c", true), ("uri", "mailto:ada@example.org", true),
      ("uri", "/relative", false), ("uri", "http://a b", false), ("uri", "http://a%2", false), ("uri", ":", false),
      ("uuid", "123e4567-e89b-12d3-a456-426614174000", true), ("uuid", "123e4567e89b12d3a456426614174000", false),
    ])
  func formats(format: String, text: String, isValid: Bool) throws {
    let schema = try JSONSchema(["format": .string(format)])
    if isValid {
      #expect(try schema.validate(.string(text)) == .string(text))
    } else {
      #expect(throws: Problem.self) { try schema.validate(.string(text)) }
    }
  }

  @Test("turns text from a query string into what is wanted, and nothing else")
  func coercion() throws {
    let schema = try JSONSchema([
      "$defs": ["count": ["type": "integer"]],
      "properties": [
        "n": ["$ref": "#/$defs/count"], "x": ["type": "number"], "f": ["type": "boolean"], "s": ["type": "string"],
        "e": ["type": ["integer", "string"]], "l": ["type": "array", "items": ["type": "integer"]], "any": true,
      ],
    ])
    let text: JSONValue = ["n": "3", "x": "1.5", "f": "true", "s": "4", "e": "5", "l": ["1", "2"], "any": "6"]
    let names = Set(text.objectValue?.keys.map(\.self) ?? [])
    #expect(
      try schema.validate(text, coercingText: names)
        == ["n": 3, "x": 1.5, "f": true, "s": "4", "e": "5", "l": [1, 2], "any": "6"])
    #expect(try schema.validate(["l": "7"], coercingText: ["l"]) == ["l": [7]])
    for bad: JSONValue in [["n": "3.5"], ["n": ""], ["n": "+3"], ["f": "yes"], ["x": "nan"], ["x": "0x10"]] {
      #expect(throws: Problem.self) { try schema.validate(bad, coercingText: ["n", "x", "f"]) }
    }
    #expect(throws: Problem.self) { try schema.validate(["n": "3"]) }
  }

  @Test("fills defaults through references and nested objects, not from alternatives")
  func nestedDefaults() throws {
    let schema = try JSONSchema([
      "$defs": ["size": ["properties": ["w": ["default": 1]], "default": [:]]],
      "properties": [
        "size": ["$ref": "#/$defs/size"], "list": ["items": ["properties": ["k": ["default": "v"]]]],
        "either": ["anyOf": [["properties": ["x": ["default": 1]]]], "default": [:]],
      ],
    ])
    #expect(
      try schema.validate(["list": [[:], ["k": 2]]])
        == ["size": ["w": 1], "list": [["k": "v"], ["k": 2]], "either": [:]])
  }

  @Test("gives up on expensive patterns")
  func expensivePatterns() throws {
    let pattern = try JSONSchema(["pattern": "^(a+)+$"])
    let text = String(repeating: "a", count: 5000) + "b"
    let problem = try #require(throws: Problem.self) { try pattern.validate(.string(text)) }
    #expect(problem.code == .tooLarge)
    // What could not be matched does not count as excluded either.
    let inverse = try JSONSchema(["not": ["pattern": "^(a+)+$"]])
    #expect(throws: Problem.self) { try inverse.validate(.string(text)) }
    #expect(throws: Problem.self) { try pattern.validate(.string(String(repeating: "a", count: 10_000))) }
  }

  @Test("gives up on deep values")
  func deepValues() throws {
    var deep: JSONValue = 1
    for _ in 0..<200 { deep = [deep] }
    #expect(throws: Problem.self) { try JSONSchema(true).validate(deep) }
    #expect(throws: Problem.self) { try JSONSchema(["const": deep]) }
  }

  @Test("gives up on endless combinations and on endless schemas")
  func combinations() throws {
    var definitions: [String: JSONValue] = ["d30": ["type": "null"]]
    for level in 0..<30 {
      let next: JSONValue = ["$ref": .string("#/$defs/d\(level + 1)")]
      definitions["d\(level)"] = ["anyOf": [next, next]]
    }
    let branching = try JSONSchema(["$defs": .object(definitions), "$ref": "#/$defs/d0"])
    let problem = try #require(throws: Problem.self) { try branching.validate(1) }
    #expect(problem.code == .tooLarge)

    let many = (0..<3000).map { ("p\($0)", JSONValue.bool(true)) }
    #expect(throws: Problem.self) {
      try JSONSchema(["properties": .object(Dictionary(uniqueKeysWithValues: many))])
    }
  }
}
