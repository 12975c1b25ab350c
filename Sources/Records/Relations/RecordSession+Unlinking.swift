import Model
import Store

extension RecordSession {
  /// Deletes records with all that their classes let go with them, and takes what referred to them from what stays. The
  /// classes have declared that, so it needs no right to the others.
  func deleteLinked(
    _ records: [StoredObject], _ place: DataPlace, proposal: Int64?
  ) throws -> (tombstones: [StoredObject], report: ChangeReport) {
    let plan = try DeletionPlan(records, in: self)
    var tombstones: [StoredObject] = []
    var report = ChangeReport()
    var readable: [Int64: Set<Int64>] = [:]
    for (recordClass, others) in Dictionary(grouping: plan.doomed.dropFirst(records.count), by: \.parent) {
      guard let place = try self.place(ofClass: recordClass, place) else { continue }
      readable[recordClass] = try admitted(.read, others.map(\.row), place)
    }
    for (index, record) in plan.doomed.enumerated() {
      guard index >= records.count else {
        tombstones.append(try delete(record, place, proposal: proposal))
        continue
      }
      guard var other = try self.place(ofClass: record.parent, place) else { continue }
      (other.target.name, other.object) = (record.name, record)
      _ = try delete(record, other, proposal: nil)
      // Who may not read it is not told that it was there.
      if readable[record.parent]?.contains(record.row) == true {
        report.deleted.append(ChangeReport.Record(recordClass: other.target.recordClass ?? "", id: record.name))
      }
    }
    for object in try snapshot.objects(at: plan.effects.keys.sorted()).sorted(by: { $0.row < $1.row }) {
      guard let effect = plan.effects[object.row], var other = try self.place(ofClass: object.parent, place) else {
        continue
      }
      (other.target.name, other.object) = (object.name, object)
      try touch(object, effect, other)
    }
    return (tombstones, report)
  }

  /// The place of the records of a class in the same bucket.
  private func place(ofClass row: Int64, _ place: DataPlace) throws -> DataPlace? {
    guard let bucket = place.bucket, let model = try model(at: row) else { return nil }
    return try self.place(of: model.recordClass, in: bucket)
  }
}
