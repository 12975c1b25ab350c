/// What a run can reach over the network.
public enum NetworkAccess: String, Hashable, Sendable, Codable, CaseIterable {
  /// A network namespace of its own, with nothing but its own loopback.
  case none
  /// The host's network, loopback included. Only where the operator's configuration allows it.
  case host
}
