/// What must be true of a change for a trigger to fire, by dotted names of members.
public struct TriggerCondition: Hashable, Sendable {
  /// The most members that may be tested on one side.
  public static let mostTests = 32

  /// Of what is there after the change; for events, of their data.
  public var new: [String: FieldTest]
  /// Of what was there before it.
  public var old: [String: FieldTest]

  public init(new: [String: FieldTest] = [:], old: [String: FieldTest] = [:]) {
    self.new = new
    self.old = old
  }

  public var isEmpty: Bool { new.isEmpty && old.isEmpty }

  /// Reads `{new: {…}, old: {…}}`, or of events `{data: {…}}`.
  ///
  /// - Throws: `Problem` `invalid` whose field begins with `if`.
  public init(_ value: JSONValue, ofEvents: Bool) throws(Problem) {
    let known = ofEvents ? ["data"] : ["new", "old"]
    guard let sides = value.objectValue else {
      throw Problem(
        .invalid, "if must be a mapping", field: "if", rule: "a mapping such as {\(known[0]): {points: {min: 100}}}")
    }
    self.init()
    for side in sides.keys.sorted() {
      let field = "if.\(side)"
      guard known.contains(side) else {
        throw Problem(
          .invalid, "the key \(field) is not known", field: field, rule: "one of \(known.joined(separator: ", "))",
          hint: side.nearest(among: known).map { "did you mean \($0)?" })
      }
      guard let members = sides[side]?.objectValue, members.count <= Self.mostTests else {
        throw Problem(
          .invalid, "\(field) must be a mapping of members to what they must be", field: field,
          rule: "at most \(Self.mostTests) members")
      }
      var tests: [String: FieldTest] = [:]
      for name in members.keys.sorted() {
        guard let value = members[name] else { continue }
        try TriggerDefinition.validateMember(name, field: "\(field).\(name)")
        tests[name] = try FieldTest(value, field: "\(field).\(name)")
      }
      if side == "old" { old = tests } else { new = tests }
    }
  }

  /// What `init(_:ofEvents:)` reads.
  public func json(ofEvents: Bool) -> JSONValue {
    var sides: [String: JSONValue] = [:]
    if !new.isEmpty { sides[ofEvents ? "data" : "new"] = .object(new.mapValues(\.json)) }
    if !old.isEmpty { sides["old"] = .object(old.mapValues(\.json)) }
    return .object(sides)
  }

  public func admits(old before: JSONValue?, new after: JSONValue?) -> Bool {
    let holds = { (tests: [String: FieldTest], value: JSONValue?, other: JSONValue?) in
      tests.allSatisfy { name, test in test.admits(value?.member(at: name), other: other?.member(at: name)) }
    }
    return holds(new, after, before) && holds(old, before, after)
  }
}
