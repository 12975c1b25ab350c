import Model

/// Random schemas and values from a seed (SplitMix64).
struct RandomJSON: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  private static let names = ["a", "b", "c", "type", "properties", "$ref", "items", "enum", "/~"]

  mutating func value(depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &self) {
    case 0: return nil
    case 1: return .bool(Bool.random(using: &self))
    case 2: return .int(Int64.random(in: -3...3, using: &self))
    case 3: return .double([0.5, -1, 1e300, .infinity, .nan, 3].randomElement(using: &self) ?? 0)
    case 4: return .int([Int64.min, .max].randomElement(using: &self) ?? 0)
    case 5: return .string(["", "a", "3", "true", "ab\n", "é👍", "#", "string"].randomElement(using: &self) ?? "")
    case 6: return .array((0..<Int.random(in: 0..<4, using: &self)).map { _ in value(depth: depth - 1) })
    default: return object { $0.value(depth: depth - 1) }
    }
  }

  mutating func schema(depth: Int) -> JSONValue {
    var members: [String: JSONValue] = [:]
    for _ in 0..<Int.random(in: 0..<4, using: &self) {
      let small = JSONValue.int(Int64.random(in: 0...3, using: &self))
      switch Int.random(in: 0..<(depth > 0 ? 22 : 13), using: &self) {
      case 0:
        let kinds = ["null", "boolean", "integer", "number", "string", "array", "object"]
        members["type"] = .array(kinds.shuffled(using: &self).prefix(3).map(JSONValue.string))
      case 1: members["default"] = value(depth: 2)
      case 2: members["enum"] = [value(depth: 1), value(depth: 1), value(depth: 1)]
      case 3: members["minLength"] = small
      case 4: members["maxItems"] = small
      case 5: members["minimum"] = small
      case 6: members["exclusiveMaximum"] = small
      case 7: members["multipleOf"] = 0.5
      case 8: members["pattern"] = .string(["^a", "(a|b)*$", "[^b]", "\\w"].randomElement(using: &self) ?? "")
      case 9: members["required"] = ["a"]
      case 10: members["uniqueItems"] = true
      case 11: members["maxProperties"] = small
      case 12: members["$ref"] = .string(["#/properties/a", "#/items", "#"].randomElement(using: &self) ?? "")
      case 13: members["additionalProperties"] = [false, schema(depth: depth - 1)].randomElement(using: &self)
      case 14: members["items"] = schema(depth: depth - 1)
      case 15: members["prefixItems"] = [schema(depth: depth - 1), schema(depth: depth - 1)]
      case 16: members["allOf"] = [schema(depth: depth - 1), schema(depth: depth - 1)]
      case 17: members["anyOf"] = [schema(depth: depth - 1), schema(depth: depth - 1)]
      case 18: members["oneOf"] = [schema(depth: depth - 1), schema(depth: depth - 1)]
      case 19: members["not"] = schema(depth: depth - 1)
      default: members["properties"] = object { $0.schema(depth: depth - 1) }
      }
    }
    return .object(members)
  }

  private mutating func object(_ member: (inout RandomJSON) -> JSONValue) -> JSONValue {
    var members: [String: JSONValue] = [:]
    for _ in 0..<Int.random(in: 0..<4, using: &self) {
      members[Self.names.randomElement(using: &self) ?? ""] = member(&self)
    }
    return .object(members)
  }
}
