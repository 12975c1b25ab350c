import Model

/// Finds the records that do not admit a change of what their class declares. Looked at are the fields that are new, have
/// another type, or are required or unique and were not; and, of a class that had no fields, members that no field has.
struct ClassChange {
  private struct Finding {
    var count: Int
    var first: String
  }

  private let fields: [ClassField]
  private let unique: [ClassField]
  /// The names of all fields of a class that had none.
  private let all: Set<String>?
  private var findings: [String: Finding] = [:]
  private var order: [String] = []
  private var values: [String: [JSONValue: String]] = [:]

  init(from former: ClassDefinition?, to wanted: ClassDefinition) {
    let known = Dictionary(uniqueKeysWithValues: (former?.fields ?? []).map { ($0.name, $0) })
    fields = wanted.fields.filter { field in
      guard case .value = field.content else { return false }
      guard let before = known[field.name], before.content == field.content else { return true }
      return field.isRequired && !before.isRequired
    }
    unique = wanted.fields.filter { field in
      guard case .value = field.content else { return false }
      return field.isUnique && known[field.name]?.isUnique != true
    }
    all = former == nil ? Set(wanted.fields.map(\.name)) : nil
  }

  var looksAtRecords: Bool { !fields.isEmpty || !unique.isEmpty || all != nil }

  mutating func look(at members: [String: JSONValue], of name: String) {
    for field in fields {
      guard case .value(let type) = field.content else { continue }
      if let value = members[field.name], value != .null {
        if !type.admits(value) { note("have another value than \(type.demand) in \(field.name)", name) }
      } else if field.isRequired, field.defaultValue == nil {
        note("have no \(field.name), which is required and has no default", name)
      }
    }
    for field in unique {
      guard let value = members[field.name], value != .null else { continue }
      if values[field.name, default: [:]][Self.plain(value)] != nil {
        note("have a value of \(field.name) that another one has too", name)
      } else {
        values[field.name, default: [:]][Self.plain(value)] = name
      }
    }
    guard let all else { return }
    for member in members.keys.sorted() where !all.contains(member) && !Self.common.contains(member) {
      note("have a member that is not declared: \(member.prefix(60))", name)
      break
    }
  }

  /// What is wrong, for whoever wants the change; `nil` if nothing is.
  var refusal: String? {
    guard !order.isEmpty else { return nil }
    let texts = order.prefix(5).compactMap { rule in
      findings[rule].map { "\($0.count) records \(rule), the first is \($0.first)" }
    }
    return "the records that are there do not admit it: " + texts.joined(separator: "; ")
  }

  private static let common: Set<String> = ["id", "last_modified", "deleted", "schema"]

  /// 1 and 1.0 are the same.
  private static func plain(_ value: JSONValue) -> JSONValue {
    if case .double(let number) = value, let whole = Int64(exactly: number) { return .int(whole) }
    return value
  }

  private mutating func note(_ rule: String, _ name: String) {
    if findings[rule] == nil {
      guard order.count < 100 else { return }
      order.append(rule)
    }
    findings[rule, default: Finding(count: 0, first: name)].count += 1
  }
}
