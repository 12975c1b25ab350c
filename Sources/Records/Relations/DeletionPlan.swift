import Model
import Store

/// What goes with records that are deleted, and what stays without a reference.
struct DeletionPlan {
  /// Records that are deleted, those that were asked for first.
  private(set) var doomed: [StoredObject] = []
  /// What becomes of records that stay, by their rows.
  private(set) var effects: [Int64: LinkChanges.Effect] = [:]

  private struct Referral {
    let row: Int64
    let name: String
    /// The class and the field that refer.
    let model: ClassModel
    let field: ReferenceField
    let target: StoredObject
  }

  private let session: RecordSession
  private var rows: Set<Int64> = []
  private var referrals: [Referral] = []
  private var linkCount = 0

  init(_ roots: [StoredObject], in session: RecordSession) throws {
    self.session = session
    var frontier: [StoredObject] = []
    take(roots, &frontier)
    while !frontier.isEmpty {
      var next: [StoredObject] = []
      for (recordClass, records) in Dictionary(grouping: frontier, by: \.parent).sorted(by: { $0.key < $1.key }) {
        try follow(records, recordClass, &next)
      }
      frontier = next
    }
    for referral in referrals where !rows.contains(referral.row) { try loosen(referral) }
  }

  private mutating func take(_ records: [StoredObject], _ frontier: inout [StoredObject]) {
    for record in records where rows.insert(record.row).inserted {
      doomed.append(record)
      frontier.append(record)
    }
  }

  /// Finds what refers to records of one class.
  private mutating func follow(
    _ records: [StoredObject], _ recordClass: Int64, _ next: inout [StoredObject]
  ) throws {
    let byRow = Dictionary(records.map { ($0.row, $0) }) { first, _ in first }
    for relation in try session.snapshot.relations(of: recordClass) {
      for end in [Relation.End.first, .second] where relation[end].recordClass == recordClass {
        if relation.isSymmetric, end == .second { continue }
        guard relation[end.other].field != nil,
          let model = try session.model(at: relation[end.other].recordClass),
          let field = model.reference(to: relation.row, at: end.other)
        else { continue }
        let room = Expansion.linksMax - linkCount
        let links = try session.snapshot.links(of: relation.row, from: end, at: byRow.keys.sorted(), limit: room + 1)
        guard links.count <= room else { throw LinkPlan.tooManyLinks }
        linkCount += links.count
        let new = links.filter { !rows.contains($0.row) }
        if field.rule.onTargetDeletion == .cascade {
          take(try session.snapshot.objects(at: Set(new.map(\.row)).sorted()), &next)
          guard doomed.count <= RecordConfiguration.objectsMax else {
            throw DataRefusal.conflicting([
              DataFault(
                .body, nil, "more than \(RecordConfiguration.objectsMax) records would go with it",
                code: "too_many_objects")
            ])
          }
        } else {
          referrals += new.compactMap { link in
            byRow[link.from].map {
              Referral(row: link.row, name: link.name, model: model, field: field, target: $0)
            }
          }
        }
      }
    }
  }

  /// Takes a reference from a record that stays.
  private mutating func loosen(_ referral: Referral) throws {
    let (field, rule) = (referral.field.field, referral.field.rule)
    let (target, model) = (referral.target.name, referral.model)
    if rule.onTargetDeletion == .restrict || field.isRequired && !rule.isMany {
      let why = rule.onTargetDeletion == .restrict ? "restricts that" : "is required"
      throw DataRefusal.conflicting([
        DataFault(
          .path, nil,
          "\(target) is referred to by records of \(model.recordClass.name), whose \(field.externalName) \(why)",
          code: "restricted")
      ])
    }
    if field.writability == .never {
      throw DataRefusal.conflicting([
        DataFault(
          .path, nil, "\(field.externalName) of records of \(model.recordClass.name) cannot be changed",
          code: "field_update_forbidden")
      ])
    }
    var effect = effects[referral.row] ?? LinkChanges.Effect()
    if rule.isMany {
      effect.lost[field.name, default: []].insert(target)
    } else {
      effect.singles[field.name] = .some(nil)
    }
    effects[referral.row] = effect
  }
}
