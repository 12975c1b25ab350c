import Identity
import Model

/// The limits on how often somebody may ask: the server's for all, a hook's own, and that on wrong keys.
struct RateLimits: Sendable {
  private let rules: RateRule
  private let failedKeys: Rate?
  private let sparesLoopback: Bool
  private let limiter: RateLimiter

  init(_ configuration: GatewayConfiguration, now: @escaping @Sendable () -> Duration) {
    rules = configuration.rate
    failedKeys = configuration.failedKeys ?? GatewayConfiguration.standardFailedKeys
    sparesLoopback = configuration.failedKeys == nil
    limiter = RateLimiter(now: now)
  }

  /// The server's limit on addresses. To be asked first, before anything is read.
  func enter(_ exchange: Exchange) throws {
    guard let rate = rules.perAddress else { return }
    try take(Self.subject(exchange.remoteAddress), "server", "per_address", rate, "http.rate.per_address", exchange)
  }

  /// The server's limit on keys.
  func enter(_ exchange: Exchange, as principal: Principal) throws {
    try enter(exchange, key: principal.key.id.text)
  }

  /// The same, by the id of a key.
  func enter(_ exchange: Exchange, key: String) throws {
    guard let rate = rules.perKey else { return }
    try take(Array(key.utf8), "server", "per_key", rate, "http.rate.per_key", exchange)
  }

  /// The limits of a hook.
  func enter(_ exchange: Exchange, _ hook: Hook, as principal: Principal?) throws {
    guard let rule = hook.version.definition.endpoint.rate else { return }
    if let rate = rule.perAddress {
      try take(
        Self.subject(exchange.remoteAddress), hook.id.text, "hook_per_address", rate, "endpoint.rate.per_address",
        exchange)
    }
    if let rate = rule.perKey, let principal {
      try take(
        Array(principal.key.id.text.utf8), hook.id.text, "hook_per_key", rate, "endpoint.rate.per_key", exchange)
    }
  }

  /// Whether so many wrong keys came from the address that none is looked at for a while.
  func isShutOut(_ exchange: Exchange) -> Duration? {
    guard let scope = wrongKeys(exchange) else { return nil }
    let outcome = limiter.take(Self.subject(exchange.remoteAddress), of: scope, isCounted: false)
    return outcome.isAdmitted ? nil : outcome.wait
  }

  /// - Throws: `Problem` `tooMany` while none is looked at.
  func checkFailures(_ exchange: Exchange) throws {
    guard let wait = isShutOut(exchange) else { return }
    throw Problem(
      .tooMany, "too many keys that do not work came from this address", field: "http.rate.failed_keys",
      retryAfterSeconds: max(1, RateNotes.seconds(wait)))
  }

  func noteWrongKey(_ exchange: Exchange) {
    guard let scope = wrongKeys(exchange) else { return }
    _ = limiter.take(Self.subject(exchange.remoteAddress), of: scope)
  }

  private func wrongKeys(_ exchange: Exchange) -> RateLimiter.Scope? {
    guard let failedKeys else { return nil }
    // Behind a proxy of this machine that is not named as trusted all callers look the same: one must not shut out all.
    let isLocal = exchange.remoteAddress.flatMap { IPAddress($0) }?.isLoopback ?? true
    if sparesLoopback, isLocal { return nil }
    return RateLimiter.Scope(name: "wrong keys", rate: failedKeys)
  }

  private func take(
    _ subject: [UInt8], _ owner: String, _ name: String, _ rate: Rate, _ setting: String, _ exchange: Exchange
  ) throws {
    let outcome = limiter.take(subject, of: RateLimiter.Scope(name: "\(owner) \(name)", rate: rate))
    exchange.rates.add(name, rate, outcome)
    guard !outcome.isAdmitted else { return }
    throw Problem(
      .tooMany, "requests come faster than they are taken", field: setting, rule: rate.text,
      retryAfterSeconds: max(1, RateNotes.seconds(outcome.wait)))
  }

  private static func subject(_ address: String?) -> [UInt8] {
    guard let address else { return [] }
    return IPAddress(address)?.subscriber ?? Array(address.utf8)
  }
}
