import Identity
import Model

/// Finds out whose key a request shows, and bounds how many wrong ones may be shown.
struct Authentication: Sendable {
  let keys: KeyRing
  let limits: RateLimits

  /// - Parameter isRequired: false where nobody needs a key, so that the header may have another use there: nothing is
  ///   refused then, and only what looks like one of our keys is held against the caller.
  /// - Returns: `nil` if no key is shown, or one that does not work.
  /// - Throws: `Problem` `tooMany` when too many wrong keys came from the caller's address, or when the key asks more
  ///   often than `http.rate.per_key` admits.
  func principal(of exchange: Exchange, isRequired: Bool = true) async throws -> Principal? {
    guard let bearer = exchange.bearer else { return nil }
    if isRequired { try limits.checkFailures(exchange) } else if limits.isShutOut(exchange) != nil { return nil }
    guard let principal = try await keys.authenticate(bearer) else {
      if isRequired || KeyRing.isWellFormed(bearer) { limits.noteWrongKey(exchange) }
      return nil
    }
    try limits.enter(exchange, as: principal)
    return principal
  }
}
