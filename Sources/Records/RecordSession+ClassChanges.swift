import Model
import Store

/// A class changes what it declares only as far as the records that are there admit it.
extension RecordSession {
  /// How many records a class may have when its fields are changed so that each must be looked at.
  static let checkedRecordsMax: Int64 = 100_000

  /// Follows a change of what a class declares.
  ///
  /// - Throws: `DataRefusal` `conflict` if records that are there would break it.
  func followFields(_ before: StoredObject?, _ after: StoredObject) throws {
    guard after.kind == .recordClass else { return }
    let former = try before.flatMap { try service.schemas.rules(of: $0).definition }
    let wanted = try definition(of: after)
    guard former != wanted else { return }
    if before != nil { try demandFitting(former, wanted, after) }
    let (held, indexed) = (former?.indexedFields ?? [], wanted?.indexedFields ?? [])
    guard held != indexed else { return }
    do {
      try writing().setIndexedFields(of: after.row, to: indexed)
    } catch let problem as Problem where problem.code == .conflict {
      throw DataRefusal.conflict("records of the class share a value of \(problem.field ?? "a field")")
    }
  }

  private func demandFitting(_ former: ClassDefinition?, _ wanted: ClassDefinition?, _ object: StoredObject) throws {
    guard let wanted else { return }
    let everything = ObjectQuery(.record, in: object.row, order: [FieldOrder(.id)])
    let count = try snapshot.count(everything)
    guard count > 0 else { return }
    guard former?.identifiers ?? .text == wanted.identifiers else {
      throw DataRefusal.conflict(
        "the type of ids cannot change while there are records: the class has \(count)")
    }
    var check = ClassChange(from: former, to: wanted)
    guard check.looksAtRecords else { return }
    guard count <= Self.checkedRecordsMax else {
      throw Problem(
        .tooLarge, "the class has too many records for its fields to be changed like that", field: "data.fields",
        rule: "at most \(Self.checkedRecordsMax) records")
    }
    var query = everything
    repeat {
      let page = try snapshot.list(query, limit: 1000)
      for record in page.objects { check.look(at: try DraftBody.members(of: record), of: record.name) }
      query.after = page.next
    } while query.after != nil
    if let text = check.refusal { throw DataRefusal.conflict(text) }
  }
}

extension ClassDefinition {
  var indexedFields: [IndexedField] {
    fields.compactMap { field in
      guard field.isIndexed, case .value = field.content else { return nil }
      return IndexedField(name: field.name, isUnique: field.isUnique)
    }
  }
}
