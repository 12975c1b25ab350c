import Model
import Store

/// A claim that waits for the moment at which its first slot is due, to be written then.
struct PreparedClaim: Sendable {
  var claim: SlotClaim
  /// From when on it may be written.
  let due: Timestamp
  /// When its slots are due, in their order; not of one that has waited for an earlier run.
  let dues: [Timestamp]
  /// Whether it may be written before: it was made of slots to come alone.
  var mayBeAhead: Bool
  /// Until when it may be written: later, slots that it takes for timely are missed.
  let limit: Timestamp?

  /// Gives the runs the time at which they are queued; before the moment, they are to wait for it.
  mutating func stamp(_ now: Timestamp) {
    if now < due {
      claim.isAhead = true
      for index in claim.slots.indices {
        claim.slots[index].run.queuedAt = due
        claim.slots[index].run.notBefore = due
      }
      return
    }
    for index in claim.slots.indices {
      claim.slots[index].run.queuedAt = now
      if claim.slots[index].run.endedAt != nil { claim.slots[index].run.endedAt = now }
    }
  }

  /// The same, to be written at its moment and not before.
  var toBeInTime: PreparedClaim {
    var claim = self
    claim.mayBeAhead = false
    claim.claim.isAhead = false
    for index in claim.claim.slots.indices { claim.claim.slots[index].run.notBefore = nil }
    return claim
  }

  /// When a slot of it is due.
  func due(_ slot: SlotClaim.Slot) -> Timestamp {
    let late = claim.slots.count - dues.count
    guard let index = claim.slots.firstIndex(where: { $0.moment == slot.moment }), index >= late else {
      return slot.moment
    }
    return dues[index - late]
  }
}
