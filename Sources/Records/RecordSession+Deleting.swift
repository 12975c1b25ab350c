import Model
import Store

extension RecordSession {
  func deleteObject(_ request: DataRequest) throws -> DataAnswer {
    let place = try locate(request.target)
    if request.target.kind == .account { try demandOwnAccount(request.target.name, place) }
    if request.target.kind == .record { _ = try demandParent(place) }
    let object = try demandObject(place, need: .write, request)
    try demand(request.precondition, of: object, at: place)
    let (tombstones, report) = try delete([object], place, proposal: request.modified)
    var answer = DataAnswer(.object(tombstones[0], lists: nil), timestamp: tombstones[0].modified)
    answer.report = report
    return answer
  }

  func deleteList(_ request: DataRequest) throws -> DataAnswer {
    let place = try locate(request.target)
    guard let visibility = try visibility(of: place, for: .clear) else { throw denied }
    try demandValid(request)
    let parent = try demandParent(place)
    let timestamp = try listTimestamp(request.target.kind, in: parent)
    try demand(request.precondition, ofListAt: timestamp)
    let limit = configuration.limit(asked: request.selection.limit)
    var (query, rules) = try query(request, at: place, in: parent, visibility)
    var tombstones: [StoredObject] = []
    var report = ChangeReport()
    var next: [JSONValue?]?
    // The store gives fewer objects at once where they are large.
    repeat {
      let page = try self.page(query, limit: limit - tombstones.count)
      let (gone, more) = try delete(page.objects.filter { try !isKept($0) }, place, proposal: nil)
      tombstones += gone
      report.deleted += more.deleted
      next = page.next
      query.after = next
    } while next != nil && tombstones.count < limit
    if let rules { next = rules.handedOut(next, for: request.selection) }
    let page = ObjectPage(objects: tombstones, next: next)
    var answer = DataAnswer(.page(page), timestamp: tombstones.map(\.modified).max() ?? timestamp)
    answer.report = report
    return answer
  }

  /// Deletes objects of one list with what goes with them.
  ///
  /// - Returns: what is left of them, in their order, and what has gone besides.
  func delete(
    _ objects: [StoredObject], _ place: DataPlace, proposal: Int64?
  ) throws -> (tombstones: [StoredObject], report: ChangeReport) {
    if place.target.kind == .record { return try deleteLinked(objects, place, proposal: proposal) }
    if place.target.kind == .recordClass {
      let leaving = Set(objects.map(\.row))
      for object in objects { try demandUnlinked(object, leaving: leaving) }
    }
    return (try objects.map { try delete($0, place, proposal: proposal) }, ChangeReport())
  }

  /// Whether a deletion of a list leaves an object where it is: the bucket of an instance goes with the instance.
  private func isKept(_ object: StoredObject) throws -> Bool {
    guard object.kind == .bucket else { return false }
    return try snapshot.instance(of: object.row) != nil
  }

  func delete(_ object: StoredObject, _ place: DataPlace, proposal: Int64?) throws -> StoredObject {
    let transaction = try writing()
    try demandReview(ofDeleting: object, place)
    let stamp = try stamp(object.kind, in: object.parent, proposal: proposal, current: object.modified)
    let data = JSONValue.object([
      "id": try identifier(object.name, at: place), "last_modified": .int(stamp.modified), "deleted": true,
    ])
    let tombstone = try transaction.delete(object.row, modified: stamp.modified, data: data.serializedBytes)
    try stamp.keep(transaction)
    // A group's name as a principal dies with it, and what named it with what is deleted.
    if object.kind != .record {
      state.principals = nil
      state.forgetClasses()
    }
    if object.kind == .account { state.changedAccounts.append(object.name) }
    try observe(.delete, place, before: object, after: tombstone, lists: [:])
    return tombstone
  }
}
