/// What must be true of one member of a record; all that is given must be.
public struct FieldTest: Hashable, Sendable {
  /// The longest `in`.
  public static let mostValues = 100

  public var equals: JSONValue?
  /// A number or a text: the member is of the same kind and not less.
  public var minimum: JSONValue?
  /// As `minimum`, and not greater.
  public var maximum: JSONValue?
  public var oneOf: [JSONValue]?
  /// Whether there is such a member.
  public var exists: Bool?
  /// Whether it is another than it was before the change; a member that is missing is another than any.
  public var changed: Bool?

  public init(
    equals: JSONValue? = nil, minimum: JSONValue? = nil, maximum: JSONValue? = nil, oneOf: [JSONValue]? = nil,
    exists: Bool? = nil, changed: Bool? = nil
  ) {
    self.equals = equals
    self.minimum = minimum
    self.maximum = maximum
    self.oneOf = oneOf
    self.exists = exists
    self.changed = changed
  }

  /// The members of its JSON form.
  public static let keys = ["is", "min", "max", "in", "exists", "changed"]

  /// Reads `{min: 100}` and the like; any other value than an object is what the member must be.
  ///
  /// - Parameter field: what the value is called in errors.
  /// - Throws: `Problem` `invalid`.
  public init(_ value: JSONValue, field: String) throws(Problem) {
    guard let members = value.objectValue else {
      self.init(equals: value)
      return
    }
    self.init()
    guard !members.isEmpty else {
      throw Problem(
        .invalid, "\(field) says nothing", field: field, rule: "some of \(Self.keys.joined(separator: ", "))")
    }
    for name in members.keys.sorted() {
      guard let value = members[name] else { continue }
      switch name {
      case "is": equals = value
      case "min": minimum = try Self.bound(value, field: "\(field).min")
      case "max": maximum = try Self.bound(value, field: "\(field).max")
      case "in":
        guard let values = value.arrayValue, (1...Self.mostValues).contains(values.count) else {
          throw Problem(
            .invalid, "\(field).in must be a list of values", field: "\(field).in",
            rule: "1 to \(Self.mostValues) values")
        }
        oneOf = values
      case "exists": exists = try Self.flag(value, field: "\(field).exists")
      case "changed": changed = try Self.flag(value, field: "\(field).changed")
      default:
        throw Problem(
          .invalid, "there is no test \(name)", field: "\(field).\(name)",
          rule: "one of \(Self.keys.joined(separator: ", "))",
          hint: name.nearest(among: Self.keys).map { "did you mean \($0)?" }
            ?? "write {is: {…}} for a member that is an object itself")
      }
    }
  }

  private static func bound(_ value: JSONValue, field: String) throws(Problem) -> JSONValue {
    switch value {
    case .int, .double, .string: return value
    default: throw Problem(.invalid, "\(field) must be a number or a text", field: field)
    }
  }

  private static func flag(_ value: JSONValue, field: String) throws(Problem) -> Bool {
    guard let flag = value.boolValue else {
      throw Problem(.invalid, "\(field) must be true or false", field: field)
    }
    return flag
  }

  /// What `init(_:field:)` reads.
  public var json: JSONValue {
    var members: [String: JSONValue] = [:]
    members["is"] = equals
    members["min"] = minimum
    members["max"] = maximum
    members["in"] = oneOf.map(JSONValue.array)
    members["exists"] = exists.map(JSONValue.bool)
    members["changed"] = changed.map(JSONValue.bool)
    if let equals, members.count == 1, equals.objectValue == nil { return equals }
    return .object(members)
  }

  /// - Parameters:
  ///   - value: the member; `nil` where it is missing.
  ///   - other: what it was before the change, or is after it.
  public func admits(_ value: JSONValue?, other: JSONValue?) -> Bool {
    if let exists, exists != (value != nil) { return false }
    if let changed, changed == value.isSame(as: other) { return false }
    if let equals, !(value?.isSame(as: equals) ?? false) { return false }
    if let oneOf, !oneOf.contains(where: { value?.isSame(as: $0) ?? false }) { return false }
    if let minimum, !(value.flatMap { minimum.isAtMost($0) } ?? false) { return false }
    if let maximum, !(value?.isAtMost(maximum) ?? false) { return false }
    return true
  }
}
