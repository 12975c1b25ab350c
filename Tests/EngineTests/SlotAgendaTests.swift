import Model
import Store
import Testing

@testable import Engine

struct SlotAgendaTests {
  private let now = Timestamp(microseconds: 1_800_000_000_000_000)
  private let ids = (0..<6).map {
    ID<Schedule>(at: Timestamp(microseconds: 1_700_000_000_000_000 + Int64($0) * 1_000_000))
  }

  private func claim(_ id: ID<Schedule>, due: Duration, limit: Duration? = nil, mayBeAhead: Bool = false)
    -> PreparedClaim
  {
    PreparedClaim(
      claim: SlotClaim(schedule: id, revision: 1, decidedThrough: now, due: nil, overlap: .allow), due: now + due,
      dues: [], mayBeAhead: mayBeAhead, limit: limit.map { now + $0 })
  }

  @Test func aClaimIsTakenAheadWhereItMayBe() {
    var agenda = SlotAgenda(lead: .seconds(1), advance: .milliseconds(250), mostReady: 10)
    agenda.add(claim(ids[0], due: .milliseconds(400), mayBeAhead: true))
    agenda.add(claim(ids[1], due: .milliseconds(300)))
    #expect(agenda.nextReady == now + .milliseconds(150))
    #expect(agenda.takeReady(now + .milliseconds(149), most: 9).isEmpty)
    #expect(agenda.takeReady(now + .milliseconds(150), most: 9).map(\.claim.schedule) == [ids[0]])
    #expect(agenda.nextReady == now + .milliseconds(300))
  }

  @Test func whatIsUrgentTakesWithItWhatIsWithinTheLead() {
    var agenda = SlotAgenda(lead: .seconds(1), advance: .zero, mostReady: 10)
    for (id, milliseconds) in zip(ids, [700, 900, 1600]) { agenda.expect(id, at: now + .milliseconds(milliseconds)) }
    #expect(agenda.takeUrgent(now, most: 9).ids == [], "none is due within half of it")
    #expect(agenda.nextUrgent == now + .milliseconds(200))
    #expect(agenda.takeUrgent(now + .milliseconds(200), most: 9).ids == [ids[0], ids[1]])
    #expect(agenda.count == 1)
  }

  @Test func thoseThatWereReleasedComeFirst() {
    var agenda = SlotAgenda(lead: .seconds(1), advance: .zero, mostReady: 10)
    agenda.expect(ids[0], at: now)
    agenda.expect(ids[1], at: now + .seconds(60))
    agenda.release([ids[1]])
    let first = agenda.takeUrgent(now, most: 1)
    #expect(first.ids == [ids[1]] && first.released == [ids[1]])
    #expect(agenda.takeUrgent(now, most: 1).ids == [ids[0]])
    #expect(agenda.count == 0 && !agenda.hasReleased)
  }

  @Test func whatIsReadyIsBounded() {
    var agenda = SlotAgenda(lead: .seconds(1), advance: .zero, mostReady: 2)
    for id in ids.prefix(2) { agenda.add(claim(id, due: .milliseconds(800))) }
    agenda.expect(ids[2], at: now + .milliseconds(100))
    #expect(agenda.takeUrgent(now, most: 9).ids == [])
    #expect(agenda.nextUrgent == now + .milliseconds(100), "what is due is looked at, however much is ready")
    #expect(agenda.takeUrgent(now + .milliseconds(100), most: 9).ids == [ids[2]])
  }

  @Test func claimsComeAtTheirMoments() {
    var agenda = SlotAgenda(lead: .seconds(1), advance: .zero, mostReady: 10)
    for (id, due) in zip(ids, [30, 10, 20]) { agenda.add(claim(id, due: .milliseconds(due), limit: .seconds(5))) }
    #expect(agenda.nextReady == now + .milliseconds(10))
    let taken = agenda.takeReady(now + .milliseconds(20), most: 9)
    #expect(taken.map(\.claim.schedule) == [ids[1], ids[2]])
    // Too late for what was taken for timely: it is looked at again.
    #expect(agenda.takeReady(now + .seconds(6), most: 9).isEmpty)
    #expect(agenda.takeUrgent(now + .seconds(6), most: 9).ids == [ids[0]])
  }

  @Test func aClaimOfWhatHasChangedIsForgotten() {
    var agenda = SlotAgenda(lead: .seconds(1), advance: .zero, mostReady: 10)
    for id in ids.prefix(2) { agenda.add(claim(id, due: .milliseconds(10))) }
    agenda.expect(changed: ids[0], at: now + .seconds(60))
    agenda.expect(ids[1], at: now)
    #expect(agenda.takeUrgent(now, most: 9).ids == [ids[1]])
    #expect(agenda.takeReady(now + .seconds(1), most: 9).isEmpty)
    #expect(agenda.count == 1)
  }
}
