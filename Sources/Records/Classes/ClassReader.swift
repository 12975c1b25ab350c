import Model
import Store

/// Reads the declaration of a class, and finds all that is wrong with it.
struct ClassReader {
  private(set) var faults: [DataFault] = []
  /// Where each name and label was given.
  private var taken: [String: String] = [:]

  static let faultsMax = 50

  mutating func definition(of metadata: JSONValue, _ list: JSONValue) -> ClassDefinition {
    var definition = ClassDefinition(identifiers: identifiers(metadata), fields: [])
    switch metadata["calc_order"] {
    case nil, .null: break
    case "declared": definition.settersMayOverride = true
    default: fault("data.calc_order", "calc_order is \"declared\", or is left out")
    }
    guard case .array(let elements) = list else {
      fault("data.fields", "it is not an array")
      return definition
    }
    guard elements.count <= ClassDefinition.fieldsMax else {
      fault("data.fields", "a class has at most \(ClassDefinition.fieldsMax) fields")
      return definition
    }
    for (index, element) in elements.enumerated() where faults.count < Self.faultsMax {
      if let field = field(element, "data.fields.\(index)") { definition.fields.append(field) }
    }
    if definition.fields.count(where: \.isIndexed) > ClassDefinition.indexedMax {
      fault("data.fields", "at most \(ClassDefinition.indexedMax) fields of a class are indexed or unique")
    }
    return definition
  }

  mutating func fault(_ place: String, _ text: String) {
    faults.append(DataFault(.body, place, text))
  }

  private mutating func identifiers(_ metadata: JSONValue) -> ClassDefinition.Identifiers {
    var words: [(place: String, word: JSONValue)] = []
    for name in ["id", "id_type"] {
      switch metadata[name] {
      case .object(_)?:
        guard let value = metadata[name], let members = members(of: value, "data.id", known: ["type"]) else { break }
        words.append(("data.id.type", members["type"] ?? .null))
      case let word? where name == "id_type" && word != .null: words.append(("data.id_type", word))
      default: break
      }
    }
    let kinds = words.map { place, word -> ClassDefinition.Identifiers in
      switch word {
      case "integer": return .integer
      case "string": return .text
      default:
        fault(place, "the type of ids is \"string\" or \"integer\"")
        return .text
      }
    }
    if let last = kinds.last, kinds.contains(where: { $0 != last }) {
      fault("data.id.type", "id and id_type say different things")
    }
    return kinds.first ?? .text
  }

  // Fields

  private static let attributes = [
    "calc", "default", "hidden", "indexed", "label", "name", "readonly", "ref", "required", "type", "unique",
    "writable",
  ]

  private mutating func field(_ value: JSONValue, _ place: String) -> ClassField? {
    guard let members = members(of: value, place, known: Self.attributes) else { return nil }
    let before = faults.count
    let name = name(members["name"], "\(place).name")
    guard let content = content(members, place) else { return nil }
    var field = ClassField(name: name ?? "", content: content)
    if let label = members["label"], label != .null {
      let text = self.name(label, "\(place).label")
      field.label = text == name ? nil : text
    }
    field.isRequired = flag("required", members, place)
    field.isReadOnly = flag("readonly", members, place)
    field.isHidden = flag("hidden", members, place)
    field.isUnique = flag("unique", members, place)
    field.isIndexed = flag("indexed", members, place) || field.isUnique
    field.defaultValue = members["default"]
    field.writability = writability(members["writable"], "\(place).writable")
    check(field, members, place)
    return faults.count == before ? field : nil
  }

  private mutating func content(_ members: [String: JSONValue], _ place: String) -> ClassField.Content? {
    let given = ["type", "ref", "calc"].filter { members[$0] != nil }
    guard given.count == 1, let value = members[given[0]] else {
      fault(place, "a field has one of type, ref and calc")
      return nil
    }
    switch given[0] {
    case "type":
      let words = ValueType.allCases.map(\.rawValue)
      guard let type = value.stringValue.flatMap(ValueType.init) else {
        let hint = value.stringValue?.nearest(among: words).map { "; did you mean \($0)?" } ?? ""
        fault("\(place).type", "it is not one of \(words.joined(separator: ", "))\(hint)")
        return nil
      }
      return .value(type)
    case "ref": return reference(value, "\(place).ref").map { .reference($0) }
    default: return computed(value, "\(place).calc").map { .computed($0) }
    }
  }

  private mutating func reference(_ value: JSONValue, _ place: String) -> ReferenceRule? {
    let known = ["class", "inverse", "many", "on_target_delete", "steal"]
    guard let members = members(of: value, place, known: known) else { return nil }
    guard let target = members["class"]?.stringValue, ObjectName.isValid(target, of: .recordClass) else {
      fault("\(place).class", "it is not the name of a class")
      return nil
    }
    var rule = ReferenceRule(target: target, isMany: flag("many", members, place))
    if let inverse = members["inverse"], inverse != .null {
      if let name = inverse.stringValue, Self.isName(name) {
        rule.inverse = name
      } else {
        fault("\(place).inverse", "it is not the name of a field")
      }
    }
    if let word = members["on_target_delete"] {
      if let deletion = word.stringValue.flatMap(ReferenceRule.Deletion.init) {
        rule.onTargetDeletion = deletion
      } else {
        let words = ReferenceRule.Deletion.allCases.map(\.rawValue).joined(separator: ", ")
        fault("\(place).on_target_delete", "it is not one of \(words)")
      }
    }
    switch members["steal"] {
    case nil, "allow": break
    case "forbid": rule.mayDisplace = false
    default: fault("\(place).steal", "it is not one of allow, forbid")
    }
    return rule
  }

  private mutating func computed(_ value: JSONValue, _ place: String) -> ComputedRule? {
    guard let members = members(of: value, place, known: ["get", "set"]) else { return nil }
    guard let getter = hook(members["get"], "\(place).get") else { return nil }
    var rule = ComputedRule(getter: getter)
    if let setter = members["set"], setter != .null { rule.setter = hook(setter, "\(place).set") }
    return rule
  }

  private mutating func writability(_ value: JSONValue?, _ place: String) -> ClassField.Writability {
    switch value {
    case nil, true: return .always
    case false: return .never
    case .object(_)?:
      guard let value, let members = members(of: value, place, known: ["hook"]),
        let hook = hook(members["hook"], "\(place).hook")
      else { return .never }
      return .decided(by: hook)
    default:
      fault(place, "it is true, false, or an object with the name of a hook in its member hook")
      return .never
    }
  }

  // Rules between attributes

  private mutating func check(_ field: ClassField, _ members: [String: JSONValue], _ place: String) {
    switch field.content {
    case .value(let type):
      guard let value = field.defaultValue else { break }
      if value == .null, field.isRequired {
        fault("\(place).default", "a required field is never null")
      } else if value != .null, !type.admits(value) {
        fault("\(place).default", "it is not \(type.demand)")
      }
    case .reference(let rule):
      refuse(["default", "indexed"], members, place, because: "a reference has none of its own")
      if rule.isMany { refuse(["required", "unique"], members, place, because: "the field has many values") }
    case .computed:
      refuse(
        ["default", "indexed", "readonly", "required", "unique", "writable"], members, place,
        because: "the field is computed")
    }
    if case .decided = field.writability, field.isReadOnly || field.isHidden {
      let word = field.isReadOnly ? "readonly" : "hidden"
      fault("\(place).writable", "a \(word) field is written by nobody but hooks, so no hook can admit it")
    }
    if field.isHidden, field.label != nil { fault("\(place).label", "a hidden field has no name outside") }
    if field.isUnique, members["indexed"] == false { fault("\(place).indexed", "a unique field is an indexed one") }
    if field.isUnique, let value = field.defaultValue, value != .null {
      fault("\(place).default", "a unique field cannot have the same value in every record")
    }
  }

  private mutating func refuse(
    _ attributes: [String], _ members: [String: JSONValue], _ place: String, because reason: String
  ) {
    for name in attributes where members[name] != nil && members[name] != false {
      fault("\(place).\(name)", "it cannot be given: \(reason)")
    }
  }

  // Values

  private mutating func members(of value: JSONValue, _ place: String, known: [String]) -> [String: JSONValue]? {
    guard case .object(let members) = value else {
      fault(place, "it is not an object")
      return nil
    }
    for name in members.keys.sorted() where !known.contains(name) && faults.count < Self.faultsMax {
      let hint = name.nearest(among: known).map { "did you mean \($0)?" } ?? "one of \(known.joined(separator: ", "))"
      fault("\(place).\(name.prefix(60))", "there is no such member; \(hint)")
    }
    return members
  }

  private mutating func flag(_ name: String, _ members: [String: JSONValue], _ place: String) -> Bool {
    guard let value = members[name] else { return false }
    guard let flag = value.boolValue else {
      fault("\(place).\(name)", "it is true or false")
      return false
    }
    return flag
  }

  private mutating func hook(_ value: JSONValue?, _ place: String) -> String? {
    guard let text = value?.stringValue else {
      fault(place, "it is not the name of a hook")
      return nil
    }
    let name = text.hasPrefix("hooks/") ? String(text.dropFirst(6)) : text
    guard (try? Name.validate(name, field: place)) != nil else {
      fault(place, "it is not the name of a hook")
      return nil
    }
    return name
  }

  private mutating func name(_ value: JSONValue?, _ place: String) -> String? {
    guard let name = value?.stringValue, Self.isName(name) else {
      fault(place, "a name has 1 to 64 of a-z, A-Z, 0-9 and _, and begins with a letter")
      return nil
    }
    guard !Self.reserved.contains(name) else {
      fault(place, "\(name) is a member that every record has, or may have")
      return nil
    }
    // A label that is the field's own name says nothing new.
    if let other = taken[name], !(place.hasSuffix(".label") && other == place.dropLast(6) + ".name") {
      fault(place, "\(name) is the name or the label of another field")
      return nil
    }
    taken[name] = place
    return name
  }

  /// What the protocol says of records itself.
  private static let reserved: Set<String> = ["id", "last_modified", "deleted", "schema", "permissions"]

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "_") || (0x30...0x39).contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
