/// How many requests are taken from whom.
public struct RateRule: Hashable, Sendable, Codable {
  /// From one key.
  public var perKey: Rate?
  /// From one address, with a key or without; an IPv6 address counts with its /64.
  public var perAddress: Rate?

  public init(perKey: Rate? = nil, perAddress: Rate? = nil) {
    self.perKey = perKey
    self.perAddress = perAddress
  }

  private enum CodingKeys: String, CodingKey {
    case perKey = "per_key"
    case perAddress = "per_address"
  }
}
