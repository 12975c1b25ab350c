import Model
import Store

/// What is special about records whose class declares its fields.
extension RecordSession {
  /// The rules for the records of a class; `nil` where it declares no fields.
  func rules(for recordClass: StoredObject?) throws -> FieldRules? {
    guard let recordClass else { return nil }
    return try definition(of: recordClass).map { FieldRules(definition: $0, isInside: requester.isHook) }
  }

  /// The rules for what lies at a place; `nil` for what is no record, or has no fields.
  func rules(at place: DataPlace) throws -> FieldRules? {
    place.target.kind == .record ? try rules(for: place.recordClass) : nil
  }

  /// An object as the requester may see it.
  func shown(_ object: StoredObject, at place: DataPlace) throws -> StoredObject {
    guard object.kind == .record, !object.isDeleted, let recordClass = place.recordClass, let bucket = place.bucket
    else { return object }
    let model = try model(of: recordClass)
    guard let rules = model.rules else { return object }
    return try model.hasReferences ? expanded([object], model, in: bucket).objects[0] : rules.shown(object)
  }

  /// The id of a record as its data have it.
  func identifier(_ name: String, at place: DataPlace) throws -> JSONValue {
    try rules(at: place)?.definition.identifier(name) ?? .string(name)
  }

  /// The part of a list that a query and its rules choose. Records without the first field of the order come last: they
  /// are asked for when those that have it are all told, so that an index can give either in order.
  func page(_ query: ObjectQuery, limit: Int) throws -> ObjectPage {
    guard let first = query.order.first, first.putsNullLast, case .member(let name) = first.field else {
      return try snapshot.list(query, limit: limit)
    }
    var page = ObjectPage(objects: [], next: nil)
    var rest = query
    rest.filters.append(FieldFilter(first.field, .isNull(true)))
    let begins = query.after.map { after in after.first.flatMap { $0 } ?? .null != .null } ?? true
    if begins {
      var values = query
      values.filters.append(FieldFilter(first.field, .isNull(false)))
      values.order[0].putsNullLast = false
      page = try snapshot.list(values, limit: limit)
      guard page.next == nil else { return page }
      rest.after = nil
    }
    let room = limit - page.objects.count
    let more = try snapshot.list(rest, limit: max(room, 1))
    guard room > 0 else {
      if let last = page.objects.last, !more.objects.isEmpty {
        let members = JSONValue.object(try DraftBody.members(of: last))
        page.next = query.order.map { $0.value(in: members, of: last) } + [.string(last.name)]
        page.next?[0] = members.member(at: name)
      }
      return page
    }
    return ObjectPage(objects: page.objects + more.objects, next: more.next)
  }

  /// Says what of a refusal of the store belongs to a field of the class.
  func explaining<Value>(
    _ name: String?, _ data: [String: JSONValue], at place: DataPlace, _ body: () throws -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch let problem as Problem where problem.code == .conflict {
      guard let member = problem.field, let rules = try rules(at: place), let value = data[member],
        let field = rules.definition.field(named: member), let parent = place.parent
      else { throw problem }
      let same = ObjectQuery(.record, in: parent, filters: [FieldFilter(.member(member), .equal(value))])
      let other = try snapshot.list(same, limit: 2).objects.first { $0.name != name }
      // Who else is there is told to those who may see it.
      let mayKnow = requester.isHook || may(.list, place)
      throw DataRefusal.taken(
        field: field.isHidden && !requester.isHook ? nil : rules.name(of: field), by: mayKnow ? other?.name : nil)
    }
  }
}

extension FieldOrder {
  fileprivate func value(in members: JSONValue, of object: StoredObject) -> JSONValue? {
    switch field {
    case .id: .string(object.name)
    case .modified: .int(object.modified)
    case .deleted: nil
    case .member(let path): members.member(at: path)
    }
  }
}
