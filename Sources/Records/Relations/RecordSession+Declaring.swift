import Model
import Store

/// What classes declare of each other.
extension RecordSession {
  /// Makes the relations of a class be those that it declares with the classes that it refers to, and that refer to it.
  ///
  /// - Throws: `DataRefusal` `conflicting` if two declarations contradict each other, or if links would be lost.
  func declareReferences(of recordClass: StoredObject, in bucket: StoredObject) throws {
    state.forgetClasses()
    let transaction = try writing()
    let definition = try definition(of: recordClass)
    let own = Self.references(of: definition)
    let existing = try snapshot.relations(of: recordClass.row)
    let referring = try snapshot.classes(in: bucket.row, referringTo: recordClass.name)
    guard !own.isEmpty || !existing.isEmpty || !referring.isEmpty else { return }
    try transaction.setReferences(of: recordClass.row, to: Set(own.map(\.rule.target)))
    var wanted: [Relation] = []
    for (field, rule) in own {
      try add(relation(of: field, rule, in: recordClass, bucket), to: &wanted)
    }
    for other in try snapshot.objects(at: referring.filter { $0 != recordClass.row }) {
      for (field, rule) in Self.references(of: try self.definition(of: other)) where rule.target == recordClass.name {
        try add(relation(of: field, rule, in: other, bucket), to: &wanted)
      }
    }
    let kept = existing.filter { old in wanted.contains { $0.first == old.first && $0.second == old.second } }
    for relation in existing where !kept.contains(relation) {
      try demandUnused(relation, recordClass)
      try transaction.removeRelation(relation.row)
    }
    for relation in wanted where !kept.contains(where: { $0.first == relation.first && $0.second == relation.second }) {
      try demandNoValues(relation)
      _ = try transaction.addRelation(relation)
    }
    state.forgetClasses()
  }

  /// Follows a change of a class.
  func followReferences(_ object: StoredObject, _ place: DataPlace) throws {
    guard object.kind == .recordClass, let bucket = place.bucket else { return }
    try declareReferences(of: object, in: bucket)
  }

  static func references(of definition: ClassDefinition?) -> [(field: ClassField, rule: ReferenceRule)] {
    (definition?.fields ?? []).compactMap { field in
      if case .reference(let rule) = field.content { (field, rule) } else { nil }
    }
  }

  private func add(_ relation: Relation?, to wanted: inout [Relation]) {
    if let relation, !wanted.contains(relation) { wanted.append(relation) }
  }

  /// The relation that a field shows; `nil` while the other side is not declared.
  private func relation(
    of field: ClassField, _ rule: ReferenceRule, in recordClass: StoredObject, _ bucket: StoredObject
  ) throws -> Relation? {
    let found =
      rule.target == recordClass.name ? recordClass : try snapshot.object(.recordClass, rule.target, in: bucket.row)
    guard let target = found, !target.isDeleted else { return nil }
    let own = Relation.Side(recordClass: recordClass.row, field: field.name, isMany: rule.isMany)
    let theirs = Self.references(of: try definition(of: target))
    guard let inverse = rule.inverse else {
      // Somebody may say that this field is their other side.
      if let other = theirs.first(where: { $0.rule.target == recordClass.name && $0.rule.inverse == field.name }) {
        throw contradiction((recordClass, field, rule), (target, other.field))
      }
      return Relation(first: own, second: Relation.Side(recordClass: target.row, field: nil, isMany: true))
    }
    guard let declared = try definition(of: target)?.field(named: inverse) else { return nil }
    guard case .reference(let back) = declared.content, back.target == recordClass.name, back.inverse == field.name
    else {
      throw contradiction((recordClass, field, rule), (target, declared))
    }
    let other = Relation.Side(recordClass: target.row, field: inverse, isMany: back.isMany)
    let isInOrder = (own.recordClass, field.name) <= (other.recordClass, inverse)
    return isInOrder ? Relation(first: own, second: other) : Relation(first: other, second: own)
  }

  private func contradiction(
    _ one: (recordClass: StoredObject, field: ClassField, rule: ReferenceRule),
    _ other: (recordClass: StoredObject, field: ClassField)
  ) -> DataRefusal {
    let texts = [
      Self.declaration(one.field, of: one.recordClass), Self.declaration(other.field, of: other.recordClass),
    ]
    return .conflicting(
      texts.map {
        DataFault(.body, "data.fields", "the declarations contradict each other: \($0)", code: "contradiction")
      })
  }

  /// A declaration in the words in which it is written.
  private static func declaration(_ field: ClassField, of recordClass: StoredObject) -> String {
    guard case .reference(let rule) = field.content else {
      return "\(recordClass.name).\(field.name) is no reference"
    }
    let inverse = rule.inverse.map { ", inverse \($0)" } ?? ", no inverse"
    return "\(recordClass.name).\(field.name) refers to \(rule.isMany ? "many of " : "")\(rule.target)\(inverse)"
  }

  /// - Throws: unless no records are linked by it.
  private func demandUnused(_ relation: Relation, _ recordClass: StoredObject) throws {
    guard try snapshot.hasLinks(relation.row) else { return }
    let isOwn = relation.first.recordClass == recordClass.row && relation.first.field != nil
    let field = (isOwn ? relation.first.field : relation.second.field) ?? relation.first.field ?? ""
    throw DataRefusal.conflicting([
      DataFault(
        .body, "data.fields", "records are linked by the reference \(field): unlink them before it is changed",
        code: "links_exist")
    ])
  }

  /// A field that becomes a reference must not have values that are no links.
  private func demandNoValues(_ relation: Relation) throws {
    for side in [relation.first, relation.second] {
      guard let field = side.field else { continue }
      let query = ObjectQuery(
        .record, in: side.recordClass, filters: [FieldFilter(.member(field), .exists(true))], order: [])
      guard try snapshot.list(query, limit: 1).objects.isEmpty else {
        throw DataRefusal.conflicting([
          DataFault(
            .body, "data.fields", "records have values of \(field) that are no links: remove them before",
            code: "values_exist")
        ])
      }
    }
  }

  /// A class can go unless records of another one, which stays, are linked with its own.
  ///
  /// - Parameter leaving: the classes that go with it.
  func demandUnlinked(_ recordClass: StoredObject, leaving: Set<Int64>) throws {
    for relation in try snapshot.relations(of: recordClass.row) {
      let sides = [relation.first, relation.second]
      guard let other = sides.first(where: { !leaving.contains($0.recordClass) && $0.field != nil }),
        try snapshot.hasLinks(relation.row)
      else { continue }
      let name = try snapshot.objects(at: [other.recordClass]).first?.name ?? ""
      throw DataRefusal.conflicting([
        DataFault(
          .path, nil, "records of \(name) refer to records of \(recordClass.name) by \(other.field ?? "")",
          code: "links_exist")
      ])
    }
    state.forgetClasses()
  }
}
