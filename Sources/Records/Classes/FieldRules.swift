import Model
import Store

/// Holds records against what their class declares, and turns what is stored into what is shown and back.
struct FieldRules {
  let definition: ClassDefinition
  /// Whether it is a hook of the instance that asks: nothing is hidden from it, and names are those of what is stored.
  let isInside: Bool

  /// Members that every record has, or may have, beside its fields.
  private static let common = ["id", "last_modified", "deleted", "schema"]

  /// What a field is called by whoever asks.
  func name(of field: ClassField) -> String { isInside ? field.name : field.externalName }

  /// The field that whoever asks may know under that name.
  func field(called name: String) -> ClassField? {
    isInside ? definition.field(named: name) : definition.field(labelled: name).flatMap { $0.isHidden ? nil : $0 }
  }

  private func isKnown(_ field: ClassField) -> Bool { isInside || !field.isHidden }

  /// Why there is no field of that name.
  func unknown(_ name: String) -> String {
    let known = definition.fields.filter(isKnown).map(self.name(of:))
    let hint = name.nearest(among: known).map { "; did you mean \($0)?" } ?? ""
    return "the class has no field \(name.prefix(60))\(hint)"
  }

  // What is shown

  /// The members of a record as they are shown. What the class does not declare (any more) is left out.
  func shown(_ stored: [String: JSONValue]) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    for name in Self.common { members[name] = stored[name] }
    for field in definition.fields where isKnown(field) {
      if case .computed = field.content { continue }
      members[name(of: field)] = stored[field.name]
    }
    return members
  }

  /// The record as it is shown.
  func shown(_ object: StoredObject) throws -> StoredObject {
    guard object.kind == .record, !object.isDeleted else { return object }
    var shown = object
    shown.data = JSONValue.object(self.shown(try DraftBody.members(of: object))).serializedBytes
    return shown
  }

  /// The computed fields that an answer shows.
  ///
  /// - Parameter asked: the members that it shows, as paths; empty for all. Hooks are shown none: they compute them.
  func computed(among asked: [String]) -> [(field: ClassField, rule: ComputedRule)] {
    guard !isInside else { return [] }
    let names = Set(asked.map { String($0.prefix { $0 != "." }) })
    return definition.fields.compactMap { field in
      guard case .computed(let rule) = field.content, isKnown(field) else { return nil }
      return names.isEmpty || names.contains(name(of: field)) ? (field, rule) : nil
    }
  }

  // What is stored

  /// What a request wants that only hooks can say yes to, in the order of the fields, and the fields that it gives values
  /// itself.
  struct Wishes {
    var all: [FieldWish] = []
    var explicit: Set<String> = []
  }

  /// What shall be stored of what somebody gives.
  ///
  /// - Parameters:
  ///   - current: the members that are stored; `nil` for a record that is made.
  ///   - isWhole: whether what is not given was left out rather than taken away.
  func stored(
    _ given: [String: JSONValue], current: [String: JSONValue]?, isWhole: Bool, _ wishes: inout Wishes,
    _ faults: inout [DataFault]
  ) -> [String: JSONValue] {
    var rest = given
    for name in Self.common { rest[name] = Optional<JSONValue>.none }
    var data: [String: JSONValue] = [:]
    for field in definition.fields {
      let value = isKnown(field) ? rest.removeValue(forKey: name(of: field)) : nil
      if case .computed(let rule) = field.content {
        guard let value else { continue }
        if let setter = rule.setter {
          wishes.all.append(FieldWish(kind: .set(hook: setter), field: field, value: value))
        } else {
          faults.append(fault(field, "it is computed, and cannot be written"))
        }
        continue
      }
      // What records refer to is settled for the request as a whole.
      if case .reference = field.content { continue }
      guard case .value(let type) = field.content else {
        if value != nil { faults.append(fault(field, "fields of this kind are not served yet")) }
        continue
      }
      let held = current?[field.name]
      if let value = value.map(type.normalized) {
        if value != held { checkWritable(field, value, isNew: current == nil, &wishes, &faults) }
        if value != held || isWhole { wishes.explicit.insert(field.name) }
        data[field.name] = value
      } else {
        data[field.name] = absent(field, held: held, isNew: current == nil, isWhole: isWhole, &wishes, &faults)
      }
    }
    for name in rest.keys.sorted() { faults.append(DataFault(.body, "data.\(name.prefix(200))", unknown(name))) }
    return data
  }

  private func fault(_ field: ClassField, _ text: String) -> DataFault {
    DataFault(.body, "data.\(name(of: field))", text)
  }

  /// Whether whoever asks may give the field another value.
  private func isWritable(_ field: ClassField, isNew: Bool) -> Bool {
    if field.isReadOnly, !isInside { return false }
    return isNew || field.writability == .always || isInside && field.writability != .never
  }

  private func checkWritable(
    _ field: ClassField, _ value: JSONValue, isNew: Bool, _ wishes: inout Wishes, _ faults: inout [DataFault]
  ) {
    guard !isWritable(field, isNew: isNew) else { return }
    switch field.writability {
    case _ where field.isReadOnly && !isInside: faults.append(fault(field, "only hooks may write it: it is readonly"))
    case .decided(let hook): wishes.all.append(FieldWish(kind: .change(hook: hook), field: field, value: value))
    case .always, .never: faults.append(fault(field, "it cannot be changed once the record is there"))
    }
  }

  /// The value of a field that was not given; `nil` if it has none.
  private func absent(
    _ field: ClassField, held: JSONValue?, isNew: Bool, isWhole: Bool, _ wishes: inout Wishes,
    _ faults: inout [DataFault]
  ) -> JSONValue? {
    if !isKnown(field), !isNew { return held }
    if held != nil, !isWritable(field, isNew: isNew) {
      // Who leaves out what they cannot write means it no harm.
      guard !isWhole else { return held }
      checkWritable(field, .null, isNew: isNew, &wishes, &faults)
      // What a hook decides about is taken away if it says so, and else nothing is.
      if case .decided = field.writability, isInside || !field.isReadOnly { return nil }
      return held
    }
    return isNew || field.isRequired ? field.defaultValue : nil
  }

  /// Holds what shall be stored against the fields, whoever has made it.
  func check(_ data: inout [String: JSONValue]) -> [DataFault] {
    var faults: [DataFault] = []
    for name in data.keys.sorted() where name != "schema" {
      let field = definition.field(named: name)
      if case .reference? = field?.content { continue }
      guard let field, case .value(let type) = field.content else {
        faults.append(DataFault(.body, "data.\(name.prefix(200))", unknown(name)))
        continue
      }
      guard let value = data[name], value != .null else { continue }
      if type.admits(value) {
        data[name] = type.normalized(value)
      } else {
        faults.append(fault(field, "\(value.serialized.prefix(60)) is not \(type.demand)"))
      }
    }
    for field in definition.fields where field.isRequired {
      guard case .value = field.content, data[field.name] ?? .null == .null else { continue }
      faults.append(fault(field, "Required"))
    }
    return faults
  }
}
