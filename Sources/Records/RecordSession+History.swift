import Model
public import Store

extension RecordSession {
  /// Writes a change down in the history of its bucket. A bucket's history goes with it.
  func appendHistory(_ change: RecordChange, lists: AccessLists) throws {
    guard change.after.kind != .bucket || change.signal != .delete else { return }
    let transaction = try writing()
    guard let bucket = change.bucket?.row else { return }
    var readers = Self.readers(lists)
    if change.after.kind != .bucket { readers.formUnion(Self.readers(try snapshot.accessLists(of: bucket))) }
    if let above = change.recordClass { readers.formUnion(Self.readers(try snapshot.accessLists(of: above.row))) }
    let stamp = try stamp(Self.historyList, in: bucket, proposal: nil, current: nil)
    try transaction.appendHistory(
      HistoryEntry(
        id: ObjectName.randomUUID(), modified: stamp.modified,
        action: HistoryEntry.Action(rawValue: change.signal.rawValue) ?? .update, time: change.time,
        user: change.user, kind: change.after.kind, name: change.after.name, recordClass: change.recordClass?.name,
        data: try shownOutside(change.after, of: change.recordClass).data, permissions: lists, readers: readers),
      of: bucket)
    try stamp.keep(transaction)
  }

  /// What is written down is what everybody may see who may read the record.
  private func shownOutside(_ object: StoredObject, of recordClass: StoredObject?) throws -> StoredObject {
    guard let recordClass, let definition = try definition(of: recordClass) else { return object }
    return try FieldRules(definition: definition, isInside: false).shown(object)
  }

  /// Whose list of a bucket's row says when its history last changed: no bucket lies in another.
  private static let historyList = DataKind.bucket

  private static func readers(_ lists: AccessLists) -> Set<String> {
    (lists[.read] ?? []).union(lists[.write] ?? [])
  }

  /// Entries of a bucket's history that the requester may see, the oldest first.
  ///
  /// - Parameters:
  ///   - after: `modified` of the last entry that is known; 0 begins at the first.
  ///   - limit: 1 to `RecordConfiguration.objectsMax`.
  /// - Returns: also when the history last changed.
  public func history(
    of bucket: String, after: Int64 = 0, limit: Int
  ) throws -> (entries: [HistoryEntry], timestamp: Int64) {
    let place = try locate(DataTarget(.recordClass, bucket: bucket))
    let row: Int64
    let isWhole = may(.list, place)
    if let found = place.bucket {
      row = found.row
    } else {
      guard isWhole else { throw denied }
      row = try demandParent(place)
    }
    let entries = try snapshot.history(
      of: row, after: after, readers: isWhole ? nil : try principals,
      limit: min(max(limit, 1), RecordConfiguration.objectsMax))
    if !isWhole, entries.isEmpty {
      guard after > 0, try !snapshot.history(of: row, after: 0, readers: principals, limit: 1).isEmpty else {
        throw denied
      }
    }
    return (entries, try listTimestamp(Self.historyList, in: row))
  }

  /// Deletes entries of a bucket's history.
  ///
  /// - Returns: how many.
  public func deleteHistory(of bucket: String, ids: Set<String>) throws -> Int {
    guard !configuration.isReadOnly else { throw Self.readOnly }
    let place = try locate(DataTarget(.recordClass, bucket: bucket))
    try demand(.clear, place)
    return try writing().deleteHistory(of: demandParent(place), ids: ids)
  }
}
