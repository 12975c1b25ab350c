extension ScheduleDefinition {
  /// The members that it is read from, beside those of its rule.
  public static let ownKeys = [
    "description", "payload", "overlap", "missed", "tolerance", "disable_after", "on_failure", "on_recovery",
  ]
  /// All members that it is read from.
  public static let keys = ScheduleRule.keys + ownKeys

  /// Reads the members named in `keys` and leaves all others to its caller.
  ///
  /// - Throws: `Problem` with code `invalid` and the member as its field.
  public init(_ members: [String: JSONValue]) throws(Problem) {
    self.init(rule: try ScheduleRule(members))
    if let text = try Self.text("description", in: members) {
      guard text.count <= Self.longestDescription else {
        throw Problem(
          .invalid, "description is too long", field: "description",
          rule: "at most \(Self.longestDescription) characters")
      }
      description = text
    }
    payload = members["payload"]
    if let text = try Self.text("overlap", in: members) {
      guard let policy = OverlapPolicy(rawValue: text) else {
        let known = OverlapPolicy.allCases.map(\.rawValue)
        throw Problem(
          .invalid, "overlap cannot be \(text)", field: "overlap", rule: "one of \(known.joined(separator: ", "))",
          hint: text.nearest(among: known).map { "did you mean \($0)?" })
      }
      overlap = policy
    }
    if let text = try Self.text("missed", in: members) {
      guard let policy = MissedPolicy(text: text) else {
        throw Problem(.invalid, "missed cannot be \(text)", field: "missed", rule: MissedPolicy.rule)
      }
      missed = policy
    }
    if let text = try Self.text("tolerance", in: members) {
      guard let duration = Duration(text: text), Self.tolerances.contains(duration) else {
        throw Problem(
          .invalid, "tolerance cannot be \(text)", field: "tolerance",
          rule: "from \(Self.tolerances.lowerBound.text) to \(Self.tolerances.upperBound.text)",
          hint: "write a number and ms, s, m, h or d, such as 30s")
      }
      tolerance = duration
    }
    if let value = members["disable_after"] {
      guard case .int(let number) = value, let count = Int(exactly: number), Self.failureCounts.contains(count) else {
        throw Problem(
          .invalid, "disable_after cannot be \(value.serialized)", field: "disable_after",
          rule: "a whole number from \(Self.failureCounts.lowerBound) to \(Self.failureCounts.upperBound)")
      }
      disableAfter = count
    }
    onFailure = try Self.hook("on_failure", in: members)
    onRecovery = try Self.hook("on_recovery", in: members)
  }

  /// The members that `init(_:)` reads; those that have their default are left out.
  public var members: [String: JSONValue] {
    let usual = ScheduleDefinition(rule: rule)
    var members = rule.members
    if description != usual.description { members["description"] = .string(description) }
    members["payload"] = payload
    if overlap != usual.overlap { members["overlap"] = .string(overlap.rawValue) }
    if missed != usual.missed { members["missed"] = .string(missed.text) }
    if tolerance != usual.tolerance { members["tolerance"] = .string(tolerance.text) }
    members["disable_after"] = disableAfter.map { .int(Int64($0)) }
    members["on_failure"] = onFailure.map(JSONValue.string)
    members["on_recovery"] = onRecovery.map(JSONValue.string)
    return members
  }

  private static func text(_ key: String, in members: [String: JSONValue]) throws(Problem) -> String? {
    guard let value = members[key] else { return nil }
    guard let text = value.stringValue else { throw Problem(.invalid, "\(key) must be a text", field: key) }
    return text
  }

  private static func hook(_ key: String, in members: [String: JSONValue]) throws(Problem) -> String? {
    guard let name = try text(key, in: members) else { return nil }
    do {
      try Name.validate(name, field: key)
    } catch {
      throw error as? Problem ?? Problem(.invalid, "\(key) cannot be \(name)", field: key)
    }
    return name
  }
}

extension ScheduleDefinition: Codable {
  public init(from decoder: any Decoder) throws {
    self = try ScheduleDefinition(decoder.singleValueContainer().decode([String: JSONValue].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(members)
  }
}
