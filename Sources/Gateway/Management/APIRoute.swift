import Identity
import Model

/// One row of the management API's table: an address, who may use it, what it takes, what it answers, and what does it.
struct APIRoute: Sendable {
  /// Who may use an address. A handler gets what has been checked, and cannot be reached without.
  enum Access: Sendable {
    /// Everybody.
    case open(@Sendable (APICall) async throws -> HTTPAnswer)
    /// Keys of that role or a higher one, of whatever instance; the handler looks which.
    case key(Role, @Sendable (APICall, Principal) async throws -> HTTPAnswer)
    /// Keys of that role or a higher one that are for the whole host.
    case host(Role, @Sendable (APICall, Principal) async throws -> HTTPAnswer)
    /// Keys of that role or a higher one in the instance that the query names.
    case instance(Role, @Sendable (APICall, Principal, Instance) async throws -> HTTPAnswer)
    /// Keys of that role or a higher one in the instance of the run that the path names. With `orOwner` also the key
    /// that the run was started with: it must be able to see what becomes of a run that was answered 202.
    case run(Role, orOwner: Bool, @Sendable (APICall, Principal, Instance, Run) async throws -> HTTPAnswer)
    /// Keys of that role or a higher one in the instance of the schedule that the path names.
    case schedule(Role, @Sendable (APICall, Principal, Instance, Schedule) async throws -> HTTPAnswer)
    /// As for a schedule.
    case trigger(Role, @Sendable (APICall, Principal, Instance, Trigger) async throws -> HTTPAnswer)
  }

  /// What a change leaves for those who ask later who did it.
  enum Trail: Equatable {
    /// It changes nothing.
    case none
    /// Events of these kinds, one at least, written in the transaction of the deed.
    case events([String])
    /// An event of the kind that its body names.
    case custom
    /// A run, whose trace says which key asked for it.
    case trace
  }

  let method: String
  /// The path with `{name}` for what varies.
  let path: String
  /// What the OpenAPI document calls it (`operationId`); clients that are generated from it name a function so.
  let operation: String
  /// One sentence.
  let summary: String
  /// The parameters that its query may have. Any other is refused.
  let parameters: [APIParameter]
  /// What its body may be; `nil` if it takes none.
  let body: APIBody?
  let answers: [APIAnswer]
  /// The errors of its own, beside those that follow from `access` and the path.
  let ownErrors: [Problem.Code]
  let trail: Trail
  let access: Access

  init(
    _ method: String, _ path: String, _ operation: String, _ summary: String, query parameters: [APIParameter] = [],
    body: APIBody? = nil, answers: [APIAnswer], errors: [Problem.Code] = [],
    leaves trail: Trail = .none, _ access: Access
  ) {
    self.method = method
    self.path = path
    self.operation = operation
    self.summary = summary
    self.parameters = parameters
    self.body = body
    self.answers = answers
    ownErrors = errors
    self.trail = trail
    self.access = access
  }

  /// The lowest role that may use it; `nil` if it is open.
  var role: Role? {
    switch access {
    case .open: nil
    case .key(let role, _), .host(let role, _), .instance(let role, _), .run(let role, _, _), .schedule(let role, _),
      .trigger(let role, _):
      role
    }
  }

  /// The names in its path that vary, in order.
  var pathNames: [String] {
    path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
  }

  /// The errors with a status below 500 that it may be answered with, by that status. What is 500 or more may happen
  /// anywhere.
  var errors: [Int] {
    var codes: Set<Problem.Code> = [.invalid]
    codes.formUnion(ownErrors)
    if let role {
      codes.insert(.unauthenticated)
      if role != .invoker { codes.insert(.forbidden) }
    }
    switch access {
    case .open, .key: break
    case .host: codes.insert(.forbidden)
    case .instance, .run, .schedule, .trigger: codes.insert(.notFound)
    }
    if !pathNames.isEmpty { codes.insert(.notFound) }
    if body != nil { codes.insert(.tooLarge) }
    return Set(codes.map(\.httpStatus)).filter { $0 < 500 }.sorted()
  }

  /// The path's names if `target` is an address of this row.
  func match(_ target: RequestTarget) -> [String: String]? {
    let template = path.dropFirst().split(separator: "/")
    guard template.count == target.segments.count else { return nil }
    var names: [String: String] = [:]
    for (index, part) in template.enumerated() {
      guard let name = target.name(at: index) else { return nil }
      if part.hasPrefix("{") {
        names[String(part.dropFirst().dropLast())] = name
      } else if part != name {
        return nil
      }
    }
    return names
  }
}
