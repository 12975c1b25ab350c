import Model

/// What has come of a look at a schedule.
enum SlotLook: Sendable {
  /// Something is to be written about its slots.
  case claim(PreparedClaim)
  /// Nothing now; it is to be looked at again at `due`, or never if that is `nil`.
  case again(ID<Schedule>, due: Timestamp?)
}
