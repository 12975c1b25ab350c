import Model
import Store

extension RecordSession {
  /// What a class and its relations are now. Of a class that declares no fields this asks the store nothing.
  func model(of recordClass: StoredObject) throws -> ClassModel {
    if let known = state.models[recordClass.row] { return known }
    let definition = try definition(of: recordClass)
    let rules = definition.map { FieldRules(definition: $0, isInside: requester.isHook) }
    let fields = definition?.fields ?? []
    var references: [ReferenceField] = []
    let isReferring = fields.contains { if case .reference = $0.content { true } else { false } }
    let relations = isReferring ? try snapshot.relations(of: recordClass.row) : []
    for field in fields {
      guard case .reference(let rule) = field.content else { continue }
      var shown: (relation: Relation, end: Relation.End)?
      for relation in relations {
        if let end = relation.end(of: field.name, of: recordClass.row) { shown = (relation, end) }
      }
      references.append(
        ReferenceField(
          field: field, rule: rule, relation: shown?.relation, end: shown?.end ?? .first,
          name: rules?.name(of: field) ?? field.name))
    }
    let model = ClassModel(recordClass: recordClass, definition: definition, references: references, rules: rules)
    state.models[recordClass.row] = model
    return model
  }

  /// The same of a class that is known by its row; `nil` if it is gone.
  func model(at row: Int64) throws -> ClassModel? {
    if let known = state.models[row] { return known }
    return try snapshot.objects(at: [row]).first.map { try model(of: $0) }
  }

  /// The model of the class of records whose class declares fields; `nil` for anything else.
  func declaringModel(_ place: DataPlace) throws -> ClassModel? {
    guard place.target.kind == .record, let recordClass = place.recordClass else { return nil }
    let model = try model(of: recordClass)
    return model.rules == nil ? nil : model
  }

  /// The id of a record that a field leads to, as references have it.
  func identifier(_ name: String, leadingFrom field: ReferenceField) throws -> JSONValue {
    guard let relation = field.relation, let target = try model(at: relation[field.end.other].recordClass) else {
      return .string(name)
    }
    return target.identifier(name)
  }

  /// The place of the records of a class, with what the requester is given there.
  func place(of recordClass: StoredObject, in bucket: StoredObject) throws -> DataPlace {
    if let known = state.places[recordClass.row] { return known }
    let place = try locate(DataTarget(.record, bucket: bucket.name, recordClass: recordClass.name))
    state.places[recordClass.row] = place
    return place
  }

  /// Those of some records of one class with which the requester may do what is needed.
  func admitted(_ need: DataNeed, _ rows: [Int64], _ place: DataPlace) throws -> Set<Int64> {
    if may(need, place) { return Set(rows) }
    let given = try snapshot.grants(to: principals, on: rows)
    var place = place
    return Set(
      rows.filter { row in
        place.givenByObject = given[row] ?? []
        return may(need, place)
      })
  }
}
