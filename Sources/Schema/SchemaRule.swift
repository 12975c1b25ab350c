import Model

/// One schema or sub-schema, compiled. Rules refer to each other by their index, so that recursive ones are no cycles
/// in memory.
struct SchemaRule: Sendable {
  enum Kind: String, CaseIterable {
    case null, boolean, integer, number, string, array, object

    /// As it stands in a sentence.
    var words: String {
      switch self {
      case .null: "null"
      case .integer, .array, .object: "an \(rawValue)"
      case .boolean, .number, .string: "a \(rawValue)"
      }
    }
  }

  /// What an object's unnamed members or an array's further elements must satisfy.
  struct Pattern: Sendable {
    let pattern: SchemaPattern
    let rule: Int
  }

  let index: Int
  /// Where it stands in the schema, as a JSON pointer.
  let pointer: String
  /// `false` for the schema `false`, which nothing satisfies.
  var admitsAnything = true
  var kinds: [Kind] = []
  /// The admitted values in canonical form, see `JSONValue.canonical`.
  var admitted: Set<JSONValue>?
  /// `admitted` as it was written, for messages.
  var admittedText = ""
  var defaultValue: JSONValue?

  var properties: [String: Int] = [:]
  var required: [String] = []
  var patternProperties: [Pattern] = []
  var additionalProperties: Int?
  var minProperties: Int?
  var maxProperties: Int?

  var prefixItems: [Int] = []
  var items: Int?
  var minItems: Int?
  var maxItems: Int?
  var uniqueItems = false

  var minLength: Int?
  var maxLength: Int?
  var pattern: SchemaPattern?
  var format: SchemaFormat?

  var minimum: JSONValue?
  var maximum: JSONValue?
  var exclusiveMinimum: JSONValue?
  var exclusiveMaximum: JSONValue?
  var multipleOf: JSONValue?

  var reference: Int?
  var allOf: [Int] = []
  var anyOf: [Int] = []
  var oneOf: [Int] = []
  var not: Int?

  /// The rules that look at the same value as this one.
  var inPlace: [Int] { [reference].compactMap(\.self) + allOf + anyOf + oneOf + [not].compactMap(\.self) }

  init(index: Int, pointer: String) {
    self.index = index
    self.pointer = pointer
  }
}
