import Model

extension ClassDefinition {
  /// What a record of the class is to whoever reads or writes it from outside, as a JSON Schema.
  var schema: JSONValue {
    var properties: [String: JSONValue] = [:]
    var required: [JSONValue] = []
    for field in fields where !field.isHidden {
      properties[field.externalName] = field.schema
      if field.isRequired, !field.isReadOnly, field.defaultValue == nil { required.append(.string(field.externalName)) }
    }
    var schema: [String: JSONValue] = [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
    if !required.isEmpty { schema["required"] = .array(required) }
    return .object(schema)
  }

  /// A record's id as its data have it.
  func identifier(_ name: String) -> JSONValue {
    switch identifiers {
    case .text: .string(name)
    case .integer: Int64(name).map { .int($0) } ?? .string(name)
    }
  }
}

extension ClassField {
  fileprivate var schema: JSONValue {
    var schema: [String: JSONValue] = [:]
    switch content {
    case .value(let type):
      if let word = type.schemaType { schema["type"] = isRequired ? .string(word) : [.string(word), "null"] }
      if type == .datetime { schema["format"] = "date-time" }
    case .reference(let rule):
      let one: JSONValue = ["type": ["string", "integer", "object"]]
      schema =
        rule.isMany ? ["type": "array", "items": one] : ["type": ["string", "integer", "object", "null"]]
    case .computed(let rule): if rule.setter == nil { schema["readOnly"] = true }
    }
    if let defaultValue { schema["default"] = defaultValue }
    if isReadOnly { schema["readOnly"] = true }
    return .object(schema)
  }
}

extension ValueType {
  fileprivate var schemaType: String? {
    switch self {
    case .string, .datetime: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .object: "object"
    case .array: "array"
    case .json: nil
    }
  }
}
