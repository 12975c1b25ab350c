public import Model
public import Store

extension FieldFilter {
  /// How many conditions one question may have.
  public static let conditionsMax = 32

  /// Reads conditions as hooks write them: `{"state": "open", "points": {"min": 100, "below": 200}}`. A value stands for
  /// equality; an object has the words `is`, `not`, `min`, `max`, `above`, `below`, `in`, `not_in`, `exists`, `like`,
  /// `contains` and `contains_any`, all of which must hold.
  ///
  /// - Throws: `Problem` `invalid` with the member that breaks a rule.
  public static func reading(_ conditions: JSONValue, field: String) throws -> [FieldFilter] {
    guard let members = conditions.objectValue else {
      throw Problem(.invalid, "the conditions are no object", field: field)
    }
    var filters: [FieldFilter] = []
    for (name, condition) in members.sorted(by: { $0.key < $1.key }) {
      let reference = FieldReference(named: name)
      let place = "\(field).\(name)"
      guard case .object(let words) = condition else {
        filters.append(FieldFilter(reference, .equal(condition)))
        continue
      }
      guard !words.isEmpty else { throw Problem(.invalid, "the condition says nothing", field: place) }
      for (word, value) in words.sorted(by: { $0.key < $1.key }) {
        filters.append(FieldFilter(reference, try test(word, value, field: place)))
      }
    }
    guard filters.count <= conditionsMax else {
      throw Problem(.invalid, "there are too many conditions", field: field, rule: "at most \(conditionsMax)")
    }
    return filters
  }

  private static let words = [
    "above", "below", "contains", "contains_any", "exists", "in", "is", "like", "max", "min", "not", "not_in",
  ]

  private static func test(_ word: String, _ value: JSONValue, field: String) throws -> Test {
    let place = "\(field).\(word)"
    switch word {
    case "is": return .equal(value)
    case "not": return .notEqual(value)
    case "min": return .atLeast(value)
    case "max": return .atMost(value)
    case "above": return .greater(value)
    case "below": return .less(value)
    case "in": return .among(try list(value, place))
    case "not_in": return .notAmong(try list(value, place))
    case "contains": return .contains(try list(value, place))
    case "contains_any": return .containsAny(try list(value, place))
    case "exists":
      guard let flag = value.boolValue else { throw Problem(.invalid, "it is true or false", field: place) }
      return .exists(flag)
    case "like":
      guard let text = value.stringValue else { throw Problem(.invalid, "it is a text", field: place) }
      return .like(text)
    default:
      throw Problem(
        .invalid, "there is no such condition", field: place, rule: "one of \(words.joined(separator: ", "))",
        hint: word.nearest(among: words).map { "did you mean \($0)?" })
    }
  }

  private static func list(_ value: JSONValue, _ field: String) throws -> [JSONValue] {
    guard let elements = value.arrayValue, elements.count <= 1000 else {
      throw Problem(.invalid, "it is no list", field: field, rule: "an array of at most 1000 values")
    }
    return elements
  }
}

extension FieldReference {
  /// The member that people call `name`.
  public init(named name: String) {
    self =
      switch name {
      case "id": .id
      case "last_modified": .modified
      default: .member(name)
      }
  }
}
