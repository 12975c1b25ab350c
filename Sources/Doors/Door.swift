/// Something that answers requests below an address of the server: the gateway hands it whole requests, and knows nothing
/// of what they mean.
public protocol Door: Sendable {
  /// Answers one request. Faults are answers too: what a client sees of them is the door's own affair.
  func answer(_ request: DoorRequest) async -> DoorAnswer
}
