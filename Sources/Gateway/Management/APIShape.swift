import Model

/// The shape of a JSON value of the management API, as a JSON Schema 2020-12 of the keywords that `Schema` knows, so
/// that the tests can hold every answer against it.
///
/// Objects are open: clients must bear members that a later version adds. The tests close them, so that no answer has a
/// member that is not described.
struct APIShape: Hashable, Sendable {
  let schema: JSONValue

  init(_ schema: JSONValue) {
    self.schema = schema
  }

  static let anything = APIShape([:])
  static let text = APIShape(["type": "string"])
  static let integer = APIShape(["type": "integer"])
  static let number = APIShape(["type": "number"])
  static let flag = APIShape(["type": "boolean"])
  /// A moment (RFC 3339) in UTC.
  static let time = APIShape(["type": "string", "format": "date-time"])
  /// A surrogate id: 26 characters of Crockford's base 32.
  static let id = APIShape(["type": "string", "pattern": "^[0-7][0-9a-hjkmnp-tv-z]{25}$"])
  /// The number of a version of a hook.
  static let version = integer(1...Int64.max)
  /// Base 64.
  static let bytes = APIShape(["type": "string", "contentEncoding": "base64"])
  /// A moment, or how long ago it was.
  static let moment = APIShape(["type": "string", "examples": ["2026-11-21T11:04:42Z", "1h"]])

  /// A span of time.
  static let span = APIShape(["type": "string", "examples": ["5m", "1h"]])

  static func choice<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> APIShape {
    APIShape(["type": "string", "enum": .array(Word.allCases.map { .string($0.rawValue) })])
  }

  static func integer(_ range: ClosedRange<Int64>, otherwise standard: Int64? = nil) -> APIShape {
    var schema: [String: JSONValue] = ["type": "integer", "minimum": .int(range.lowerBound)]
    if range.upperBound < .max { schema["maximum"] = .int(range.upperBound) }
    if let standard { schema["default"] = .int(standard) }
    return APIShape(.object(schema))
  }

  static func list(_ item: APIShape) -> APIShape { APIShape(["type": "array", "items": item.schema]) }

  /// An object with any names, such as environment variables.
  static func map(_ value: APIShape) -> APIShape {
    APIShape(["type": "object", "additionalProperties": value.schema])
  }

  /// An object with members that are always there, and members that may be missing.
  static func object(_ members: [String: APIShape], optional: [String: APIShape] = [:]) -> APIShape {
    var schema: [String: JSONValue] = [
      "type": "object", "properties": .object(members.merging(optional) { own, _ in own }.mapValues(\.schema)),
    ]
    if !members.isEmpty { schema["required"] = .array(members.keys.sorted().map(JSONValue.string)) }
    return APIShape(.object(schema))
  }

  /// `shape`, or null.
  static func nullable(_ shape: APIShape) -> APIShape { APIShape(["anyOf": [shape.schema, ["type": "null"]]]) }

  /// One page of a list.
  static func page(_ item: APIShape) -> APIShape {
    .object(["items": .list(item)], optional: ["next_cursor": .text])
  }

  /// A shape of `components`.
  static func component(_ name: String) -> APIShape {
    APIShape(["$ref": .string("#/components/schemas/\(name)")])
  }
}
