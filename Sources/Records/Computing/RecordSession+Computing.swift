import Model
import Store

/// Fields that hooks compute, take apart and guard.
extension RecordSession {
  // What is shown

  /// Records as the requester sees them, with the values of those computed fields that are asked for.
  ///
  /// - Parameter asked: the members that the answer shows, as paths; empty for all.
  func shown(
    _ objects: [StoredObject], by rules: FieldRules, at place: DataPlace, asked: [String]
  ) throws -> [StoredObject] {
    var shown = try objects.map(rules.shown)
    let fields = rules.computed(among: asked)
    let live = objects.indices.filter { !objects[$0].isDeleted }
    guard !fields.isEmpty, !live.isEmpty, let recordClass = place.recordClass, try reviews.computesValues() else {
      return shown
    }
    let records = try live.map { try JSONValue(parsing: objects[$0].data) }
    var members = try live.map { try DraftBody.members(of: shown[$0]) }
    for (field, rule) in fields {
      let values = try values(of: field, by: rule.getter, for: records, recordClass, place)
      for (index, value) in values.enumerated() { members[index][rules.name(of: field)] = value }
    }
    for (index, position) in live.enumerated() {
      shown[position].data = JSONValue.object(members[index]).serializedBytes
    }
    return shown
  }

  /// - Returns: a value for each record; none if they are not known yet.
  private func values(
    of field: ClassField, by hook: String, for records: [JSONValue], _ recordClass: StoredObject, _ place: DataPlace
  ) throws -> [JSONValue] {
    var values: [JSONValue] = []
    for part in Self.parts(records) {
      let question = try question(.values(of: part), about: field, to: hook, recordClass, place)
      switch try reviews.answer(to: question) {
      case nil: break
      case .values(let found)? where found.count == part.count: values += found
      case .failed(let problem)?: throw problem
      default: throw Problem(.internal, "the values of \(field.name) are not those that were asked for")
      }
    }
    return values.count == records.count ? values : []
  }

  /// The records in parts that one run takes.
  private static func parts(_ records: [JSONValue]) -> [[JSONValue]] {
    var parts: [[JSONValue]] = []
    var bytes = 0
    for record in records {
      let size = record.estimatedBytes
      if parts.isEmpty || parts[parts.count - 1].count == FieldQuestion.recordsMax
        || bytes + size > FieldQuestion.bytesMax
      {
        parts.append([])
        bytes = 0
      }
      parts[parts.count - 1].append(record)
      bytes += size
    }
    return parts
  }

  private func question(
    _ kind: FieldQuestion.Kind, about field: ClassField, to hook: String, _ recordClass: StoredObject,
    _ place: DataPlace
  ) throws -> FieldQuestion {
    guard service.fieldHooks != nil, let bucket = place.bucket, let instance = try snapshot.instance(of: bucket.row)
    else {
      throw Problem(
        .unavailable,
        "the field \(recordClass.name).\(field.name) needs the hook \(hook), and this bucket has no hooks",
        hint: "only the bucket of an instance has")
    }
    return FieldQuestion(
      kind, instance: instance, className: recordClass.name, field: field.name, hook: hook, user: requester.user,
      cause: requester.cause)
  }

  // What is written

  /// Has hooks say what becomes of values that only they can take.
  ///
  /// - Parameters:
  ///   - data: what the record shall be without them.
  ///   - explicit: the fields that the request itself gives values.
  /// - Returns: false if they are to be asked yet, so that the data are not what they will be.
  /// - Throws: `DataRefusal` if they refuse, or if field and setter give the same field a value.
  func fulfil(
    _ wishes: [FieldWish], _ data: inout [String: JSONValue], explicit: Set<String>, by rules: FieldRules,
    before: StoredObject?, identifier: JSONValue?, at place: DataPlace
  ) throws -> Bool {
    guard let recordClass = place.recordClass else { return true }
    var isComplete = true
    /// Who has given each field its value: the place of that in the declaration, and its name.
    var givers: [String: (place: Int, name: String)] = [:]
    let order = Dictionary(uniqueKeysWithValues: rules.definition.fields.enumerated().map { ($1.name, $0) })
    for name in explicit { givers[name] = (order[name] ?? 0, name) }
    for wish in wishes {
      var record = data
      record["id"] = identifier
      let kind: FieldQuestion.Kind
      let hook: String
      switch wish.kind {
      case .set(let setter): (kind, hook) = (.patch(of: .object(record), value: wish.value), setter)
      case .change(let guardian):
        var current = try before.map { try DraftBody.members(of: $0) } ?? [:]
        // When it was last changed says nothing that its content does not.
        current["last_modified"] = nil
        (kind, hook) = (.admission(of: .object(current), value: wish.value), guardian)
      }
      let question = try question(kind, about: wish.field, to: hook, recordClass, place)
      switch try reviews.answer(to: question) {
      case nil: isComplete = false
      case .admitted?: break
      case .declined(var decline)?:
        decline.field = decline.field ?? rules.name(of: wish.field)
        throw DataRefusal.declined(decline)
      case .failed(let problem)?: throw problem
      case .patch(let patch)?:
        try take(patch, of: wish, into: &data, &givers, order, rules, isNew: before == nil)
      case .values?: throw Problem(.internal, "the hook \(hook) answered another question")
      }
    }
    return isComplete
  }

  /// Takes what a setter makes of a value.
  private func take(
    _ patch: [String: JSONValue], of wish: FieldWish, into data: inout [String: JSONValue],
    _ givers: inout [String: (place: Int, name: String)], _ order: [String: Int], _ rules: FieldRules, isNew: Bool
  ) throws {
    let mine = (place: order[wish.field.name] ?? 0, name: wish.field.name)
    for (name, value) in patch.sorted(by: { $0.key < $1.key }) {
      guard let field = rules.definition.field(named: name), case .value = field.content else {
        throw Problem(
          .unavailable, "the setter of \(wish.field.name) writes \(name.prefix(80)), which is no field with a value")
      }
      if !isNew, field.writability == .never, data[name] != value {
        throw Problem(.unavailable, "the setter of \(wish.field.name) writes \(name), which cannot be changed")
      }
      if let other = givers[name], other.name != mine.name {
        guard rules.definition.settersMayOverride else {
          throw DataRefusal.conflict(
            "\(rules.name(of: wish.field)) gives \(rules.name(of: field)) a value, and so does "
              + (other.name == name ? "the request" : other.name))
        }
        guard mine.place > other.place else { continue }
      }
      givers[name] = mine
      data[name] = value == .null ? Optional<JSONValue>.none : value
    }
  }
}
