extension RecordSession {
  /// Lends the same state to another requester as well: what either changes is seen by both.
  public func acting<Value>(
    as other: Requester, _ body: (RecordSession) throws -> Value
  ) rethrows -> Value {
    guard other != requester else { return try body(self) }
    let session = RecordSession(
      snapshot, transaction: transaction, requester: other, service: service, reviews: reviews)
    defer {
      state.changedAccounts += session.state.changedAccounts
      state.principals = nil
      state.forgetClasses()
    }
    return try body(session)
  }
}
