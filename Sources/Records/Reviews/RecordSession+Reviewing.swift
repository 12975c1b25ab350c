import Model
import Store

/// Nothing is made of a record that somebody wants to see before, and has not.
extension RecordSession {
  /// What a record shall be, after those who want to see that before have said their word.
  func reviewed(
    _ draft: ObjectDraft, _ signal: ChangeSignal, name: String, _ place: DataPlace, before: StoredObject?
  ) throws -> ObjectDraft {
    // What is not complete yet is looked at when it is.
    guard draft.isComplete else { return draft }
    guard let verdict = try verdict(signal, name: name, place, before: before, data: draft.data) else { return draft }
    switch verdict {
    case .approved(nil, by: _): return draft
    case .approved(let data?, let reviewer):
      var draft = draft
      do {
        try draft.replaceData(data, name: name, place, in: self)
      } catch DataRefusal.invalid(let faults) {
        // It is not the writer who has said that.
        throw DataRefusal.invalid(
          faults.map { fault in
            DataFault(fault.place, fault.name, "\(reviewer ?? "a trigger") made of it what cannot be: \(fault.text)")
          })
      }
      return draft
    case .declined(let decline): throw DataRefusal.declined(decline)
    case .failed(let problem): throw problem
    }
  }

  /// - Throws: unless the record may be deleted.
  func demandReview(ofDeleting object: StoredObject, _ place: DataPlace) throws {
    switch try verdict(.delete, name: object.name, place, before: object, data: nil) {
    case nil, .approved: return
    case .declined(let decline): throw DataRefusal.declined(decline)
    case .failed(let problem): throw problem
    }
  }

  /// The number of a record that is not there yet may be another one's in the end.
  private func proposedID(_ name: String, _ signal: ChangeSignal, _ place: DataPlace) throws -> JSONValue? {
    if signal == .create, try rules(at: place)?.definition.identifiers == .integer { return nil }
    return try identifier(name, at: place)
  }

  /// - Returns: `nil` if nobody wants to see the change, or if this attempt ends in asking them.
  private func verdict(
    _ signal: ChangeSignal, name: String, _ place: DataPlace, before: StoredObject?, data: [String: JSONValue]?
  ) throws -> ReviewVerdict? {
    guard let reviewer = service.reviewer, place.target.kind == .record, let bucket = place.bucket,
      let recordClass = place.recordClass
    else { return nil }
    let change = ProposedChange(
      signal: signal, bucket: bucket.row, classRow: recordClass.row, className: recordClass.name,
      id: try proposedID(name, signal, place),
      before: try reviews.unstamped(before), data: data, user: requester.user, cause: requester.cause)
    let triggers = try reviewer.reviewers(of: change, in: try writing())
    guard !triggers.isEmpty else { return nil }
    return try reviews.verdict(on: ReviewDemand(change: change, triggers: triggers))
  }
}
