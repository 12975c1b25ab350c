import Model
public import Store

/// One state of the data side, lent to one requester. What it can do lasts as long as the closure that got it.
public struct RecordSession {
  let snapshot: any RecordSnapshot
  let transaction: (any RecordTransaction)?
  public let requester: Requester
  let service: RecordService
  let state = SessionState()
  let reviews: ReviewPass

  init(
    _ snapshot: any RecordSnapshot, transaction: (any RecordTransaction)?, requester: Requester,
    service: RecordService, reviews: ReviewPass
  ) {
    self.snapshot = snapshot
    self.transaction = transaction
    self.requester = requester
    self.service = service
    self.reviews = reviews
  }

  var configuration: RecordConfiguration { service.configuration }

  /// Whom the requester stands for in this state.
  public var principals: PrincipalSet {
    get throws {
      if let known = state.principals { return known }
      let principals = try snapshot.principals(of: requester.user)
      state.principals = principals
      return principals
    }
  }

  /// Carries out one request. If it throws, the request has changed nothing, and the session can go on.
  public func perform(_ request: DataRequest) throws -> DataAnswer {
    guard let transaction, request.action.changes else { return try carryOut(request) }
    do {
      return try transaction.attempt { try carryOut(request) }
    } catch {
      state.principals = nil
      state.forgetClasses()
      throw error
    }
  }

  /// As `perform`, but what a refused request has changed stays: for a request that is a transaction of its own.
  func carryOut(_ request: DataRequest) throws -> DataAnswer {
    guard !request.action.changes || !configuration.isReadOnly else { throw Self.readOnly }
    switch (request.action, request.target.name) {
    case (.read, .some): return try readObject(request)
    case (.read, nil), (.count, _): return try readList(request)
    case (.put, .some): return try put(request)
    case (.add, nil): return try add(request)
    case (.change, .some): return try change(request)
    case (.delete, .some): return try deleteObject(request)
    case (.delete, nil): return try deleteList(request)
    case (.put, nil), (.change, nil), (.add, .some): throw Self.unfit
    }
  }

  /// The transaction; a session that only reads is given up for one that can write.
  func writing() throws -> any RecordTransaction {
    guard let transaction else { throw TransactionNeeded() }
    return transaction
  }

  /// Milliseconds since 1970.
  var now: Int64 { service.clock.now.microseconds / 1000 }
}
