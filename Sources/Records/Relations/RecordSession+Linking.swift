import Model
import Store

/// Writes of records that refer to others.
extension RecordSession {
  /// The class of a record that has references; `nil` for anything else.
  func linkedModel(_ place: DataPlace) throws -> ClassModel? {
    guard place.target.kind == .record, let recordClass = place.recordClass else { return nil }
    let model = try model(of: recordClass)
    return model.hasReferences ? model : nil
  }

  /// Gives a record what a request says, with the records that stand in it.
  func writeLinked(
    _ request: DataRequest, _ name: String, _ object: StoredObject?, _ place: DataPlace, _ model: ClassModel
  ) throws -> DataAnswer {
    guard let bucket = place.bucket else { throw Self.unfit }
    let composed = try object.map { try expanded([$0], model, in: bucket).objects[0] }
    guard !request.content.isSeveral else { throw Self.unfit }
    let lists = try object.map { try snapshot.accessLists(of: $0.row) } ?? [:]
    let body = try DraftBody(request.content, kind: .record, current: composed.map { ($0, lists) })
    guard body.faults.isEmpty else { throw DataRefusal.invalid(body.faults) }
    var plan = LinkPlan(self, in: bucket)
    let fields = try Self.fields(request, body.data ?? [:], composed, model)
    try plan.add(body.data ?? [:], named: name, over: object, place, model, pointer: "/data", fields: fields)
    let (objects, report) = try carryOut(&plan, request, composed: composed)
    guard let written = try snapshot.objects(at: [objects[0].row]).first else { throw Self.unfit }
    let shown = try expanded([written], model, in: bucket).objects[0]
    let after = try snapshot.accessLists(of: written.row)
    var answer = DataAnswer(
      .object(shown, lists: try self.shown(after, of: written)), timestamp: written.modified, isCreated: object == nil)
    answer.report = report
    return answer
  }

  /// Adds several records, all or none.
  func addSeveral(_ elements: [[String: JSONValue]], _ request: DataRequest) throws -> DataAnswer {
    let place = try locate(request.target)
    _ = try demandParent(place)
    try demand(.create, place)
    try demandValid(request)
    guard let bucket = place.bucket, let recordClass = place.recordClass else { throw Self.unfit }
    let model = try model(of: recordClass)
    guard model.definition != nil else {
      throw DataRefusal.invalid([DataFault(.body, "data", "an array is not an object")])
    }
    guard elements.count <= LinkPlan.elementsMax else {
      throw LinkPlan.refusal("/data", "a list has at most \(LinkPlan.elementsMax) objects", "too_many_objects")
    }
    switch request.precondition {
    case nil, .isAbsent, .isNotAt: break
    case .isAt, .exists:
      throw DataRefusal.preconditionFailed(timestamp: try listTimestamp(.record, in: recordClass.row), existing: nil)
    }
    var plan = LinkPlan(self, in: bucket)
    for (index, data) in elements.enumerated() {
      let pointer = "/data/\(index)"
      let given = data["id"]
      let name = given.flatMap { LinkPlan.id($0, model) }
      if given != nil, model.definition?.identifiers == .integer {
        throw LinkPlan.refusal(pointer + "/id", LinkPlan.numberText)
      }
      if given != nil, name.map({ ObjectName.isValid($0, of: .record) }) != true {
        throw LinkPlan.refusal(pointer + "/id", "it is no id of a record of \(recordClass.name)")
      }
      let node = try plan.add(data, named: name, place, model, pointer: pointer)
      if given != nil { plan.markNamed(node) }
    }
    let (objects, report) = try carryOut(&plan, request, composed: nil)
    let rows = plan.nodes.indices.filter { plan.nodes[$0].isRoot }.map { objects[$0].row }
    let written = Dictionary(try snapshot.objects(at: rows).map { ($0.row, $0) }) { first, _ in first }
    let roots = rows.compactMap { written[$0] }
    let shown = try expanded(roots, model, in: bucket, isList: true).objects
    let timestamp = try roots.map(\.modified).max() ?? listTimestamp(.record, in: recordClass.row)
    var answer = DataAnswer(.page(ObjectPage(objects: shown, next: nil)), timestamp: timestamp, isCreated: true)
    answer.report = report
    return answer
  }

  /// The references that a request says something of; `nil` for those that its data has.
  private static func fields(
    _ request: DataRequest, _ data: [String: JSONValue], _ composed: StoredObject?, _ model: ClassModel
  ) throws -> Set<String>? {
    guard let composed else { return nil }
    let all = Set(model.shown.map(\.name))
    switch request.content {
    case .whole(nil, _), .members(nil, _), .merge(nil, _), .several: return []
    // What is not named is no more; what the writer cannot name stays.
    case .whole: return all.subtracting(model.shown.filter { $0.field.isReadOnly && data[$0.name] == nil }.map(\.name))
    case .members(let members?, _): return all.intersection(members.keys)
    case .merge(let patch?, _): return all.intersection((patch.objectValue ?? [:]).keys)
    case .operations:
      let before = try DraftBody.members(of: composed)
      return all.filter { before[$0] != data[$0] }
    }
  }

  /// Deletes a record, with what goes with it, and makes it anew.
  func recreate(_ request: DataRequest, _ object: StoredObject, _ place: DataPlace) throws -> DataAnswer {
    try demand(.create, place)
    let (_, report) = try delete([object], place, proposal: nil)
    var request = request
    request.precondition = nil
    var answer = try create(object.name, locate(request.target), request)
    answer.isCreated = false
    answer.report.deleted = report.deleted
    return answer
  }

  // Carrying out

  /// Writes all that a plan says.
  ///
  /// - Returns: what its nodes are then, and what has changed besides.
  private func carryOut(
    _ plan: inout LinkPlan, _ request: DataRequest, composed: StoredObject?
  ) throws -> (objects: [StoredObject], report: ChangeReport) {
    for node in plan.nodes where !node.isRoot { try demand(.create, node.place) }
    try plan.resolve()
    _ = try ClaimLedger(plan)
    let changes = try LinkChanges(plan, mayDisplace: request.selection.asked["displace"] != "forbid")
    let touched = try touched(by: changes, plan)
    try demandAdmitted(changes, plan, touched)
    var rows: [LinkPlan.Entity: Int64] = [:]
    var objects: [StoredObject] = []
    for (index, node) in plan.nodes.enumerated() {
      let entity = plan.entity(of: index)
      let effect = changes.effects[entity] ?? LinkChanges.Effect()
      let references = try settled(node, effect, node.object == nil ? nil : composed)
      let object = try write(node, references, request, composed)
      rows[entity] = object.row
      objects.append(object)
    }
    for (object, place) in touched {
      rows[.stored(object.row)] = object.row
      try touch(object, changes.effects[.stored(object.row)] ?? LinkChanges.Effect(), place)
    }
    try link(changes, rows)
    var report = ChangeReport()
    report.displaced = changes.displaced
    return (objects, report)
  }

  /// Writes one record that a request names or brings.
  private func write(
    _ node: LinkPlan.Node, _ references: [SettledReference], _ request: DataRequest, _ composed: StoredObject?
  ) throws -> StoredObject {
    if let object = node.object {
      let lists = try snapshot.accessLists(of: object.row)
      let draft = try ObjectDraft(
        request, name: object.name, node.place, current: (object, lists), references: references, in: self)
      return try write(draft, node.place, over: object, lists).object
    }
    var own = request
    if !node.isRoot || request.content.isSeveral { own = DataRequest(.add, node.place.target) }
    if node.pointer != "/data" { own.content = .whole(data: node.data, lists: nil) }
    let parent = try demandParent(node.place)
    do {
      let draft = try ObjectDraft(own, name: node.name, node.place, current: nil, references: references, in: self)
      return try write(draft, node.name, node.place, in: parent).object
    } catch DataRefusal.invalid(let faults) where node.pointer != "/data" {
      throw DataRefusal.invalid(faults.map { $0.standing(at: node.pointer) })
    }
  }

  /// What the references of a record are in the end.
  private func settled(
    _ node: LinkPlan.Node, _ effect: LinkChanges.Effect, _ composed: StoredObject?
  ) throws -> [SettledReference] {
    let shown = try composed.map { try DraftBody.members(of: $0) } ?? [:]
    let stored = try node.object.map { try DraftBody.members(of: $0) } ?? [:]
    return try node.model.references.map { reference in
      let field = reference.field.name
      let isChanged = effect.fields.contains(field)
      if reference.rule.isMany {
        let old = Set(shown[reference.name]?.arrayValue ?? [])
        let lost = try (effect.lost[field] ?? []).map { try identifier($0, leadingFrom: reference) }
        let gained = try (effect.gained[field] ?? []).map { try identifier($0, leadingFrom: reference) }
        let new = old.subtracting(lost).union(gained)
        return SettledReference(
          field: field, value: .array(new.sorted { $0.serialized < $1.serialized }), isMany: true, isChanged: isChanged)
      }
      var value = stored[field]
      if let id = effect.singles[field] { value = try id.map { try identifier($0, leadingFrom: reference) } }
      if value == nil, reference.field.isRequired, node.object == nil || isChanged {
        throw LinkPlan.refusal("\(node.pointer)/\(reference.name)", "Required", "required")
      }
      return SettledReference(field: field, value: value, isMany: false, isChanged: isChanged)
    }
  }

  /// The records beside those of the request whose references change, in the order of their rows.
  private func touched(
    by changes: LinkChanges, _ plan: LinkPlan
  ) throws -> [(object: StoredObject, place: DataPlace)] {
    let own = Set(plan.nodes.indices.map { plan.entity(of: $0) })
    let rows = changes.effects.keys.compactMap { entity -> Int64? in
      if case .stored(let row) = entity, !own.contains(entity) { row } else { nil }
    }.sorted()
    return try snapshot.objects(at: rows).sorted { $0.row < $1.row }.map { object in
      guard let model = try model(at: object.parent) else { throw Self.unfit }
      var place = try place(of: model.recordClass, in: plan.bucket)
      place.target.name = object.name
      place.object = object
      return (object, place)
    }
  }

  /// Whether the requester may, and the records admit, what is changed of them.
  private func demandAdmitted(
    _ changes: LinkChanges, _ plan: LinkPlan, _ touched: [(object: StoredObject, place: DataPlace)]
  ) throws {
    for (_, records) in Dictionary(grouping: touched, by: \.object.parent).sorted(by: { $0.key < $1.key }) {
      let rows = records.map(\.object.row)
      guard try admitted(.link, rows, records[0].place).count == rows.count else { throw denied }
    }
    try demandWritable(changes, plan)
    let named = plan.nodes.compactMap { node in node.object.map { ($0, node.pointer) } }
    for (object, pointer) in touched.map({ ($0.object, "/data") }) + named {
      guard let effect = changes.effects[.stored(object.row)], let model = try model(at: object.parent) else {
        continue
      }
      let isNamed = named.contains { $0.0.row == object.row }
      for reference in model.references where effect.fields.contains(reference.field.name) {
        let what = "\(reference.name) of \(object.name) of \(model.recordClass.name)"
        if reference.field.writability == .never {
          throw LinkPlan.refusal(
            isNamed ? "\(pointer)/\(reference.name)" : pointer, "\(what) cannot be changed", "field_update_forbidden")
        }
        if !isNamed, reference.field.isRequired, effect.singles[reference.field.name] == .some(nil) {
          throw DataRefusal.conflicting([DataFault(at: pointer, "\(what) is required", code: "required")])
        }
      }
    }
  }

  /// What a request says itself of a reference must be said by somebody who may.
  private func demandWritable(_ changes: LinkChanges, _ plan: LinkPlan) throws {
    guard !requester.isHook else { return }
    for (index, node) in plan.nodes.enumerated() {
      guard let effect = changes.effects[plan.entity(of: index)] else { continue }
      for statement in node.statements where effect.fields.contains(statement.field.field.name) {
        if statement.field.field.isReadOnly {
          throw LinkPlan.refusal(statement.pointer, "only hooks may write it: it is readonly", "field_is_readonly")
        }
        if node.object != nil, case .decided = statement.field.field.writability {
          throw LinkPlan.refusal(
            statement.pointer, "a hook decides whether it may be changed, which is not served for references",
            "field_update_forbidden")
        }
      }
    }
  }

  /// Writes that the references of a record have changed.
  func touch(_ object: StoredObject, _ effect: LinkChanges.Effect, _ place: DataPlace) throws {
    let transaction = try writing()
    var members = try DraftBody.members(of: object)
    let model = try model(at: object.parent)
    for (field, id) in effect.singles {
      guard let reference = model?.reference(ofField: field) else { continue }
      members[field] = try id.map { try identifier($0, leadingFrom: reference) }
    }
    let stamp = try stamp(.record, in: object.parent, proposal: nil, current: object.modified)
    members["last_modified"] = .int(stamp.modified)
    var after = object
    after.modified = stamp.modified
    after.data = JSONValue.object(members).serializedBytes
    try transaction.replace(object.row, modified: after.modified, data: after.data)
    reviews.noteWriting(of: after)
    try stamp.keep(transaction)
    let lists = configuration.keepsHistory ? try snapshot.accessLists(of: object.row) : [:]
    try observe(.update, place, before: object, after: after, lists: lists, references: effect.fields)
  }

  private func link(_ changes: LinkChanges, _ rows: [LinkPlan.Entity: Int64]) throws {
    let transaction = try writing()
    let row = { (entity: LinkPlan.Entity) -> Int64 in
      if case .stored(let row) = entity { return row }
      return rows[entity] ?? 0
    }
    for link in changes.removed { try transaction.unlink(link.relation, row(link.first), row(link.second)) }
    for link in changes.added { try transaction.link(link.relation, row(link.first), row(link.second)) }
  }
}
