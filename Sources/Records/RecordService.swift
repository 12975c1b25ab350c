public import Model
public import Store

/// Buckets, groups, classes, records and accounts: what may be done to them, by whom, and what it means.
///
/// What is not as a request says, or not allowed, is a `DataRefusal`; what the service cannot do, such as taking an object
/// that is too large, a `Problem`. Both change nothing.
public struct RecordService: Sendable {
  public let configuration: RecordConfiguration
  let store: any RecordStore
  let clock: any WallClock
  let observer: (any ChangeObserver)?
  let reviewer: (any ChangeReviewer)?
  let fieldHooks: (any FieldHooks)?
  let accountChanged: @Sendable (String?) -> Void
  let schemas = SchemaShelf()

  /// - Parameters:
  ///   - observer: is told of every change within its transaction.
  ///   - reviewer: looks at changes of records before they are made.
  ///   - fieldHooks: asks the hooks that classes name for their fields.
  ///   - accountChanged: is told, after the change, the name of every account that was changed or deleted; `nil` when
  ///     all are gone.
  public init(
    store: any RecordStore, clock: any WallClock, configuration: RecordConfiguration,
    observer: (any ChangeObserver)? = nil, reviewer: (any ChangeReviewer)? = nil,
    fieldHooks: (any FieldHooks)? = nil, accountChanged: @escaping @Sendable (String?) -> Void = { _ in }
  ) {
    self.store = store
    self.clock = clock
    self.configuration = configuration
    self.observer = observer
    self.reviewer = reviewer
    self.fieldHooks = fieldHooks
    self.accountChanged = accountChanged
  }

  /// Carries out one request.
  public func perform(_ request: DataRequest, as requester: Requester) async throws -> DataAnswer {
    switch request.action {
    case .read, .count: try await read(as: requester) { try $0.carryOut(request) }
    case .put, .add, .change, .delete:
      try await write(as: requester, bytes: request.estimatedBytes, isOneChange: request.target.name != nil) {
        try $0.carryOut(request)
      }.value
    }
  }

  /// Says from now on that records have changed, in whatever class, once that is on the disk.
  public func arrivals() -> AsyncStream<Void> { store.arrivals() }

  /// Lends one state of the data side to `body`.
  ///
  /// Some of what reads has to write at its first time, such as when a list last changed: then `body` is run again, with
  /// a session that can. It is run again on the same state, too, when hooks have computed what it shows. So it must do
  /// nothing but ask the session, always the same, and let through what that throws.
  public func read<Value: Sendable>(
    as requester: Requester, _ body: @escaping @Sendable (RecordSession) throws -> Value
  ) async throws -> Value {
    do {
      return try await store.read { snapshot in
        try body(session(snapshot, requester, ReviewPass(ReviewDocket(), isThorough: true, showing: .unprepared)))
      }
    } catch is TransactionNeeded {
      let outcome = try await write(as: requester, bytes: 4096, isOneChange: false, body)
      guard outcome.hasLeftOut else { return outcome.value }
      return try await readComputing(as: requester, body)
    } catch is ComputedValuesWanted {
      return try await readComputing(as: requester, body)
    }
  }

  /// Reads one state, has hooks asked outside of it, and carries out `body` again on what was read.
  private func readComputing<Value: Sendable>(
    as requester: Requester, _ body: @escaping @Sendable (RecordSession) throws -> Value
  ) async throws -> Value {
    let log = SnapshotLog()
    var docket = ReviewDocket()
    do {
      return try await store.read { snapshot in
        let reviews = ReviewPass(ReviewDocket(), isThorough: true, showing: .asking)
        let value = try body(session(RecordedSnapshot(log: log, snapshot: snapshot), requester, reviews))
        try reviews.conclude()
        return value
      }
    } catch let needed as ReviewsNeeded {
      try await review(needed, &docket)
    } catch is TransactionNeeded {
      throw Problem(.unavailable, "what is read was changed meanwhile", retryAfterSeconds: 1)
    }
    let reviews = ReviewPass(docket, isThorough: true, showing: .asking)
    let value = try body(session(RecordedSnapshot(log: log, snapshot: nil), requester, reviews))
    guard reviews.questions.isEmpty else {
      throw Problem(.internal, "a read that is repeated asks hooks for something else")
    }
    return value
  }

  private func session(
    _ snapshot: any RecordSnapshot, _ requester: Requester, _ reviews: ReviewPass
  ) -> RecordSession {
    RecordSession(snapshot, transaction: nil, requester: requester, service: self, reviews: reviews)
  }

  /// Runs `body` in a transaction: what its requests change is on the disk together when this returns. A request that
  /// is refused in it changes nothing, and the others can go on; if `body` throws, nothing was changed at all.
  ///
  /// What somebody wants to see before it is changed is shown to them outside of the transaction, which is undone for that
  /// and made anew: so `body` must do nothing but ask the session, and let through what that throws.
  ///
  /// - Parameter bytes: about how much `body` holds in memory while it waits.
  public func write<Value: Sendable>(
    as requester: Requester, bytes: Int, _ body: @escaping @Sendable (RecordSession) throws -> Value
  ) async throws -> Value {
    try await write(as: requester, bytes: bytes, isOneChange: false, body).value
  }

  /// - Parameter isOneChange: whether `body` most likely changes one object and no more.
  /// - Returns: also whether computed fields were left out.
  private func write<Value: Sendable>(
    as requester: Requester, bytes: Int, isOneChange: Bool,
    _ body: @escaping @Sendable (RecordSession) throws -> Value
  ) async throws -> (value: Value, hasLeftOut: Bool) {
    var docket = ReviewDocket()
    // The first change ends the first attempt at once, before anything is written that would have to be undone.
    var isThorough = !isOneChange
    while true {
      do {
        return try await attempt(as: requester, bytes: bytes, docket, isThorough: isThorough, body)
      } catch let needed as ReviewsNeeded {
        try await review(needed, &docket)
        isThorough = true
      }
    }
  }

  private func attempt<Value: Sendable>(
    as requester: Requester, bytes: Int, _ docket: ReviewDocket, isThorough: Bool,
    _ body: @escaping @Sendable (RecordSession) throws -> Value
  ) async throws -> (value: Value, hasLeftOut: Bool) {
    let (value, accounts, hasLeftOut) = try await store.write(bytes: bytes) { transaction in
      let reviews = ReviewPass(docket, isThorough: isThorough)
      let session = RecordSession(
        transaction, transaction: transaction, requester: requester, service: self, reviews: reviews)
      let value = try body(session)
      try reviews.conclude()
      return (value, session.state.changedAccounts, reviews.hasLeftOut)
    }
    for account in accounts { accountChanged(account) }
    return (value, hasLeftOut)
  }
}
