import Model
import Schedules
import Store

/// What the scheduler knows by heart: when each schedule is to be looked at, and the claims that were made ready ahead of
/// their moments.
struct SlotAgenda: Sendable {
  /// How long before its moment a claim is made ready at most. What is due within half of it is urgent: so those that
  /// become urgent one after another are looked at together.
  let lead: Duration
  /// How long before its moment a claim is written at most.
  let advance: Duration
  /// Claims that may be ready; as long as there are more, none is made ready ahead.
  let mostReady: Int

  /// When schedules are due that were not looked at yet.
  private var upcoming = DueHeap<ID<Schedule>>()
  /// Schedules to be looked at whatever is due: a run has ended for which a slot may wait.
  private var released: Set<ID<Schedule>> = []
  /// When claims are to be written.
  private var ready = DueHeap<ID<Schedule>>()
  private var claims: [ID<Schedule>: PreparedClaim] = [:]

  init(lead: Duration, advance: Duration, mostReady: Int) {
    self.lead = lead
    self.advance = advance
    self.mostReady = mostReady
  }

  /// How many schedules have a slot to come.
  var count: Int { upcoming.count + ready.count }
  var hasReleased: Bool { !released.isEmpty }

  /// How long before they are due schedules are looked at now.
  private var ahead: Duration { ready.count < mostReady ? lead : .zero }

  /// When the next schedule is urgent.
  var nextUrgent: Timestamp? { upcoming.first.map { $0.due + (.zero - ahead / 2) } }
  /// When the next claim is to be written.
  var nextReady: Timestamp? { ready.first?.due }

  mutating func reserveCapacity(_ count: Int) { upcoming.reserveCapacity(count) }

  /// Makes sure that a schedule is looked at by then.
  mutating func expect(_ id: ID<Schedule>, at due: Timestamp) {
    if let known = upcoming[id], known <= due { return }
    upcoming.set(id, due: due)
  }

  /// Makes sure that a schedule is looked at by then, which is not what it was when its claim was made ready.
  mutating func expect(changed id: ID<Schedule>, at due: Timestamp) {
    forgetClaim(of: id)
    expect(id, at: due)
  }

  mutating func release(_ ids: some Sequence<ID<Schedule>>) { released.formUnion(ids) }

  /// Takes schedules that are to be looked at; none if none of them is urgent.
  ///
  /// - Returns: `released` are those of `ids` that are looked at because a run has ended.
  mutating func takeUrgent(_ now: Timestamp, most: Int) -> (ids: [ID<Schedule>], released: Set<ID<Schedule>>) {
    guard hasReleased || nextUrgent.map({ $0 <= now }) ?? false else { return ([], []) }
    var ids = Array(released.prefix(most))
    let taken = Set(ids)
    released.subtract(taken)
    for id in ids { upcoming.remove(id) }
    let horizon = now + ahead
    while ids.count < most, let member = upcoming.popFirst(dueBy: horizon) { ids.append(member.key) }
    for id in ids { forgetClaim(of: id) }
    return (ids, taken)
  }

  mutating func add(_ claim: PreparedClaim) {
    claims[claim.claim.schedule] = claim
    ready.set(claim.claim.schedule, due: claim.mayBeAhead ? claim.due + (.zero - advance) : claim.due)
  }

  /// Takes claims that are to be written now. Those that have waited for too long are left to be made anew.
  mutating func takeReady(_ now: Timestamp, most: Int) -> [PreparedClaim] {
    var taken: [PreparedClaim] = []
    while taken.count < most, let member = ready.popFirst(dueBy: now) {
      guard let claim = claims.removeValue(forKey: member.key) else { continue }
      if let limit = claim.limit, limit < now {
        expect(member.key, at: claim.due)
      } else {
        taken.append(claim)
      }
    }
    return taken
  }

  private mutating func forgetClaim(of id: ID<Schedule>) {
    guard claims.removeValue(forKey: id) != nil else { return }
    ready.remove(id)
  }
}
