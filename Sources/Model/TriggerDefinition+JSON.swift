extension TriggerDefinition {
  /// All members that it is read from.
  public static let keys =
    TriggerSource.Key.allCases.map(\.rawValue) + ["on", "fields", "if", "when", "budget", "description"]

  /// Reads the members named in `keys` and leaves all others to its caller.
  ///
  /// - Throws: `Problem` with code `invalid` and the member as its field.
  public init(_ members: [String: JSONValue]) throws(Problem) {
    self.init(source: try Self.source(members))
    if let value = members["on"] {
      guard !isOfEvents else {
        throw Problem(
          .invalid, "on is for changes: an event has happened and no more", field: "on", hint: "leave it out")
      }
      signals = try Self.signals(value)
    }
    if let value = members["fields"] {
      guard !isOfEvents else {
        throw Problem(
          .invalid, "fields is for changes: an event changes nothing", field: "fields",
          hint: "test members of its data with if: {data: {…}}")
      }
      fields = try Self.fields(value)
    }
    if let value = members["if"] {
      condition = try TriggerCondition(value, ofEvents: isOfEvents)
      guard value.serializedBytes.count <= Self.longestCondition else {
        throw Problem(
          .invalid, "if is too long", field: "if", rule: "at most \(Self.longestCondition) bytes as JSON")
      }
    }
    if let value = members["when"] {
      moment = try Self.moment(value)
      guard moment == .after || source.key == .recordClass else {
        throw Problem(
          .invalid, "only changes of records can be looked at before they are made", field: "when",
          rule: "after for group, account and event")
      }
    }
    if let value = members["budget"] {
      guard moment == .before else {
        throw Problem(
          .invalid, "nobody waits for a trigger that runs after the change", field: "budget",
          rule: "only with when: before", hint: "limits.timeout bounds its run")
      }
      guard let budget = value.stringValue.flatMap({ Duration(text: $0) }), Self.budgets.contains(budget) else {
        throw Problem(
          .invalid, "budget cannot be \(value.serialized)", field: "budget",
          rule: "from \(Self.budgets.lowerBound.text) to \(Self.budgets.upperBound.text)")
      }
      self.budget = budget
    }
    if let value = members["description"] {
      guard let text = value.stringValue, text.count <= Self.longestDescription else {
        throw Problem(
          .invalid, "description cannot be used", field: "description",
          rule: "a text of at most \(Self.longestDescription) characters")
      }
      description = text
    }
  }

  /// The members that `init(_:)` reads; those that have their default are left out.
  public var members: [String: JSONValue] {
    let usual = TriggerDefinition(source: source)
    var members: [String: JSONValue] = [:]
    members[source.key.rawValue] = source == .account ? true : .string(source.pattern)
    if signals != usual.signals {
      members["on"] = .array(ChangeSignal.allCases.filter(signals.contains).map { .string($0.rawValue) })
    }
    if !fields.isEmpty { members["fields"] = .array(fields.map(JSONValue.string)) }
    if !condition.isEmpty { members["if"] = condition.json(ofEvents: isOfEvents) }
    if moment != usual.moment { members["when"] = .string(moment.rawValue) }
    if budget != usual.budget { members["budget"] = .string(budget.text) }
    if !description.isEmpty { members["description"] = .string(description) }
    return members
  }

  private static func source(_ members: [String: JSONValue]) throws(Problem) -> TriggerSource {
    let words = TriggerSource.Key.allCases.map(\.rawValue).joined(separator: ", ")
    let given = TriggerSource.Key.allCases.filter { members[$0.rawValue] != nil }
    guard let key = given.first else {
      throw Problem(.invalid, "it is not said what the trigger looks at", rule: "one of \(words)")
    }
    guard given.count == 1 else {
      throw Problem(
        .invalid, "a trigger looks at one thing, and this one at \(given.map(\.rawValue).joined(separator: " and "))",
        field: given[1].rawValue, rule: "one of \(words)")
    }
    let field = key.rawValue
    let value = members[field] ?? .null
    if key == .account {
      guard value == true else { throw Problem(.invalid, "account must be true", field: field) }
      return .account
    }
    guard let text = value.stringValue else { throw Problem(.invalid, "\(field) must be a text", field: field) }
    switch key {
    case .recordClass, .group:
      guard text == TriggerSource.any || isObjectName(text) else {
        throw Problem(
          .invalid, "no \(field) can have the name \(text.prefix(80))", field: field,
          rule: "* for all, or letters, digits, - and _, the first a letter or a digit, at most 255")
      }
      return key == .group ? .group(text) : .recordClass(text)
    default:
      try EventKind.validatePattern(text, field: field)
      return .event(text)
    }
  }

  private static func isObjectName(_ text: String) -> Bool {
    let isAlphanumeric = { (byte: UInt8) in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: false
      }
    }
    guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= 255 else { return false }
    return text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  }

  private static func signals(_ value: JSONValue) throws(Problem) -> Set<ChangeSignal> {
    let known = ChangeSignal.allCases.map(\.rawValue)
    let values = value.arrayValue ?? [value]
    guard !values.isEmpty else {
      throw Problem(.invalid, "on is empty", field: "on", rule: "some of \(known.joined(separator: ", "))")
    }
    var signals: Set<ChangeSignal> = []
    for value in values {
      guard let signal = value.stringValue.flatMap(ChangeSignal.init(rawValue:)) else {
        throw Problem(
          .invalid, "on cannot have \(value.serialized)", field: "on",
          rule: "some of \(known.joined(separator: ", "))",
          hint: value.stringValue?.nearest(among: known).map { "did you mean \($0)?" })
      }
      signals.insert(signal)
    }
    return signals
  }

  private static func fields(_ value: JSONValue) throws(Problem) -> [String] {
    guard let values = value.arrayValue, (1...mostFields).contains(values.count) else {
      throw Problem(
        .invalid, "fields must be a list of names of members", field: "fields", rule: "1 to \(mostFields) names")
    }
    var fields: [String] = []
    for value in values {
      guard let name = value.stringValue else {
        throw Problem(.invalid, "fields must be a list of texts, and \(value.serialized) is none", field: "fields")
      }
      try validateMember(name, field: "fields")
      guard !fields.contains(name) else { throw Problem(.invalid, "fields has \(name) twice", field: "fields") }
      fields.append(name)
    }
    return fields
  }

  private static func moment(_ value: JSONValue) throws(Problem) -> TriggerMoment {
    guard let moment = value.stringValue.flatMap(TriggerMoment.init(rawValue:)) else {
      throw Problem(.invalid, "when cannot be \(value.serialized)", field: "when", rule: "one of before, after")
    }
    return moment
  }

  /// - Throws: `Problem` `invalid` for what no member is looked up by.
  static func validateMember(_ name: String, field: String) throws(Problem) {
    guard (1...255).contains(name.utf8.count), name.utf8.count(where: { $0 == UInt8(ascii: ".") }) <= 5 else {
      throw Problem(
        .invalid, "no member can be looked up by this name", field: field, rule: "1 to 255 bytes, at most 5 dots")
    }
  }
}

extension TriggerDefinition: Codable {
  public init(from decoder: any Decoder) throws {
    self = try TriggerDefinition(decoder.singleValueContainer().decode([String: JSONValue].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(members)
  }
}
