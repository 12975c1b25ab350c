import Store

/// A change that somebody wants to see before it is made, and who.
struct ReviewDemand: Hashable, Sendable {
  var change: ProposedChange
  /// With their hooks as they are: what another version has approved is not approved.
  var triggers: [ActiveTrigger]
}
