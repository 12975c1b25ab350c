public import Model

/// What a caller's `Idempotency-Key` stands for: one request of one caller to one hook, which is to be run once.
public struct IdempotencyClaim: Hashable, Sendable {
  public var instance: ID<Instance>
  public var hook: ID<Hook>
  /// Who asks: a key of this server or an address, so that nobody gets another's answer.
  public var caller: String
  /// What the caller wrote.
  public var key: String
  /// A hash of the request.
  public var fingerprint: [UInt8]
  /// From then on it may be used anew.
  public var expiresAt: Timestamp
  /// The run that had the claim and has turned out never to have started; it loses it.
  public var replacing: ID<Run>?

  public init(
    instance: ID<Instance>, hook: ID<Hook>, caller: String, key: String, fingerprint: [UInt8], expiresAt: Timestamp,
    replacing: ID<Run>? = nil
  ) {
    self.instance = instance
    self.hook = hook
    self.caller = caller
    self.key = key
    self.fingerprint = fingerprint
    self.expiresAt = expiresAt
    self.replacing = replacing
  }

  /// How many an instance may have at once.
  public static let mostOfInstance = 100_000
  /// The field of the `Problem` that says that another request has the claim.
  public static let field = "Idempotency-Key"
}
