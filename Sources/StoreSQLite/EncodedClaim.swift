import Model
import Store

/// A claim with the runs of its slots written out, which the caller's task does so that the writer need not.
struct EncodedClaim: Sendable {
  let claim: SlotClaim
  /// In the order of its slots.
  let runs: [(run: EncodedRun, bodies: EncodedBodies)]

  init(_ claim: SlotClaim, definitions: DefinitionTable) async throws {
    var runs: [(run: EncodedRun, bodies: EncodedBodies)] = []
    for slot in claim.slots {
      try Self.validate(slot, of: claim.schedule)
      let key = try await definitions.key(of: slot.run.definition)
      runs.append((EncodedRun(slot.run, definition: key), EncodedBodies(slot.bodies)))
    }
    self.claim = claim
    self.runs = runs
  }

  /// About how much it holds in memory.
  var bytes: Int { runs.reduce(256) { $0 + $1.run.bytes + $1.bodies.bytes } }

  /// What the key of slots holds the store to.
  private static func validate(_ slot: SlotClaim.Slot, of schedule: ID<Schedule>) throws {
    let run = slot.run
    guard run.cause.schedule == schedule, run.cause.slot == slot.moment, run.retryOf == nil else {
      throw Problem(.invalid, "the run is not that of its slot", field: "cause")
    }
    guard run.status == .queued || run.status.isFinal else {
      throw Problem(.invalid, "the run of a slot is queued or has ended", field: "status")
    }
  }
}
