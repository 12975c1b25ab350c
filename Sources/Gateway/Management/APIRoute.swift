import Identity
import Model

/// One row of the management API's table: an address, who may use it, and what it does.
struct APIRoute: Sendable {
  /// Who may use an address. A handler gets what has been checked, and cannot be reached without.
  enum Access: Sendable {
    /// Everybody.
    case open(@Sendable (APICall) async throws -> HTTPAnswer)
    /// Keys of that role or a higher one, of whatever instance; the handler looks which.
    case key(Role, @Sendable (APICall, Principal) async throws -> HTTPAnswer)
    /// Keys of that role or a higher one in the instance that the query names.
    case instance(Role, @Sendable (APICall, Principal, Instance) async throws -> HTTPAnswer)
    /// Keys of that role or a higher one in the instance of the run that the path names. With `orOwner` also the key
    /// that the run was started with: it must be able to see what becomes of a run that was answered 202.
    case run(Role, orOwner: Bool, @Sendable (APICall, Principal, Instance, Run) async throws -> HTTPAnswer)
  }

  let method: String
  /// The path with `{name}` for what varies.
  let path: String
  /// The names that its query may have.
  let parameters: [String]
  let access: Access

  init(_ method: String, _ path: String, query parameters: [String] = [], _ access: Access) {
    self.method = method
    self.path = path
    self.parameters = parameters
    self.access = access
  }

  /// The lowest role that may use it; `nil` if it is open.
  var role: Role? {
    switch access {
    case .open: nil
    case .key(let role, _), .instance(let role, _), .run(let role, _, _): role
    }
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
