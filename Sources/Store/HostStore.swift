public import Model

/// The servers that share a store, and until when their claims hold.
public protocol HostStore: Sendable {
  /// Makes a host known, or renews name and lease of a known one.
  func register(_ host: Host) async throws

  /// - Returns: false if the host is not known.
  func renew(_ id: ID<Host>, until: Timestamp) async throws -> Bool

  /// All hosts ever registered, by id.
  func list() async throws -> [Host]
}
