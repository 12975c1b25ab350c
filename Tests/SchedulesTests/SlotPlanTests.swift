import Model
import Testing

@testable import Schedules

struct SlotPlanTests {
  private static let start = 1_800_000_000

  private func plan(
    _ rule: ScheduleRule = ScheduleRule(.every(.seconds(10), align: .epoch)), decided: Int, now: Double,
    _ policy: MissedPolicy = .once, tolerance: Int = 10
  ) throws -> SlotPlan {
    SlotPlan(
      try TestZones.schedule(rule), decidedThrough: Timestamp(seconds: Self.start + decided),
      now: Timestamp(seconds: Self.start) + .microseconds(Int64(now * 1_000_000)), missed: policy,
      tolerance: .seconds(tolerance))
  }

  private func moments(_ plan: SlotPlan, missed: Bool? = nil) -> [Int] {
    plan.slots.filter { missed == nil || $0.isMissed == missed }.map { $0.slot.moment.seconds - Self.start }
  }

  @Test func nothingIsDue() throws {
    let plan = try plan(decided: 10, now: 19.999)
    #expect(plan.slots.isEmpty && plan.missed == 0)
    #expect(plan.decidedThrough.seconds == Self.start + 10)
    #expect(plan.due?.seconds == Self.start + 20)
  }

  @Test(arguments: [20, 20.001, 29.999])
  func oneIsOnTime(now: Double) throws {
    let plan = try plan(decided: 10, now: now)
    #expect(moments(plan, missed: false) == [20])
    #expect(plan.missed == 0)
    #expect(plan.decidedThrough.seconds == Self.start + 20)
    #expect(plan.due?.seconds == Self.start + 30)
  }

  @Test func allWithinTheToleranceRunInTheirOrder() throws {
    let plan = try plan(decided: 0, now: 35, tolerance: 30)
    #expect(moments(plan, missed: false) == [10, 20, 30])
    #expect(plan.missed == 0)
  }

  @Test func exactlyAtTheToleranceIsOnTime() throws {
    #expect(moments(try plan(decided: 10, now: 30, tolerance: 10)) == [20, 30])
    #expect(try plan(decided: 10, now: 30, tolerance: 9).missed == 1)
  }

  @Test(
    arguments: [
      (MissedPolicy.skip, [] as [Int]), (.once, []), (.all(atMost: 2), [970, 980]), (.all(atMost: 1000), nil),
    ] as [(MissedPolicy, [Int]?)])
  func missedSlotsBesideOneOnTime(policy: MissedPolicy, expected: [Int]?) throws {
    let plan = try plan(decided: 0, now: 1001, policy, tolerance: 11)
    #expect(moments(plan, missed: true) == expected ?? Array(stride(from: 10, through: 980, by: 10)))
    #expect(moments(plan, missed: false) == [990, 1000])
    #expect(plan.missed == 98)
    #expect(plan.dropped == 98 - plan.slots.count { $0.isMissed })
    #expect(plan.missedMoments?.lowerBound.seconds == Self.start + 10)
    #expect(plan.missedMoments?.upperBound.seconds == Self.start + 980)
    #expect(plan.due?.seconds == Self.start + 1010)
  }

  @Test func onceRunsTheLastMissedOneWhereNoneIsOnTime() throws {
    let plan = try plan(ScheduleRule(.every(.seconds(100), align: .epoch)), decided: 0, now: 350)
    #expect(moments(plan, missed: true) == [300])
    #expect(plan.missed == 3)
    #expect(plan.decidedThrough.seconds == Self.start + 300)
  }

  @Test func manySlotsComeInSeveralPlans() throws {
    let rule = ScheduleRule(.every(.seconds(1), align: .epoch))
    let first = try plan(rule, decided: 0, now: 500, tolerance: 3600)
    #expect(moments(first) == Array(1...200))
    #expect(first.due?.seconds == Self.start + 201)
    #expect(first.decidedThrough.seconds == Self.start + 200)
  }

  @Test func countsOfMissedSlotsAreBounded() throws {
    let plan = try plan(
      ScheduleRule(.every(.seconds(1), align: .epoch)), decided: -40_000_000, now: 0.5, .all(atMost: 3))
    #expect(plan.missed == SlotPlan.mostMissed)
    #expect(moments(plan, missed: true) == [-12, -11, -10])
    #expect(moments(plan, missed: false) == Array(-9...0))
  }

  @Test func aMomentIsRunOnceAndThereIsNoMore() throws {
    let at = ScheduleRule(.at(Timestamp(seconds: Self.start + 5).rfc3339))
    #expect(moments(try plan(at, decided: 0, now: 6)) == [5])
    #expect(try plan(at, decided: 0, now: 6).due == nil)
    let late = try plan(at, decided: 0, now: 1000)
    #expect(moments(late, missed: true) == [5])
    #expect(try plan(at, decided: 5, now: 1000).slots.isEmpty)
  }

  @Test func withJitterEachSlotComesOnceAndAtItsTime() throws {
    let rule = ScheduleRule(.every(.seconds(10), align: .epoch), jitter: .seconds(9))
    let timetable = try TestZones.schedule(rule)
    var decided = Timestamp(seconds: Self.start)
    var ran: [ScheduleSlot] = []
    for tenth in 0..<6000 {
      let now = Timestamp(seconds: Self.start) + .milliseconds(Int64(tenth) * 100)
      let plan = SlotPlan(timetable, decidedThrough: decided, now: now, missed: .skip, tolerance: .seconds(1))
      #expect(plan.missed == 0)
      #expect(plan.slots.allSatisfy { $0.slot.due <= now && now < $0.slot.due + .milliseconds(100) })
      ran += plan.slots.map(\.slot)
      decided = plan.decidedThrough
    }
    #expect(ran == timetable.next(ran.count, after: Timestamp(seconds: Self.start)))
    #expect(ran.count >= 59)
  }

  /// However the looks fall, each slot is decided once, none is left out, and none comes before it is due.
  @Test(arguments: 0..<60)
  func everySlotIsDecidedOnce(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let rules = [
      ScheduleRule(.every(.seconds(7), align: .epoch)),
      ScheduleRule(.every(.seconds(60), align: .epoch), jitter: .seconds(45)),
      ScheduleRule(.cron("*/5 * * * *"), zone: "Europe/Berlin", jitter: .seconds(300)),
      ScheduleRule(.cron("*/20 * * * * *")),
    ]
    let timetable = try TestZones.schedule(rules[seed % rules.count])
    let policy = [MissedPolicy.skip, .once, .all(atMost: 5), .all(atMost: 1000)][seed / 4 % 4]
    var now = Timestamp(seconds: Self.start)
    var decided = now
    var ran: [Timestamp] = []
    var counted = 0
    for _ in 0..<100 {
      now =
        now
        + .milliseconds(Int64.random(in: 0...(Bool.random(using: &generator) ? 20_000 : 900_000), using: &generator))
      let plan = SlotPlan(timetable, decidedThrough: decided, now: now, missed: policy, tolerance: .seconds(30))
      ran += plan.slots.map(\.slot.moment)
      counted += plan.slots.count + plan.dropped
      #expect(plan.slots.allSatisfy { $0.slot.due <= now })
      #expect(plan.slots.allSatisfy { $0.isMissed == ($0.slot.due < now + .seconds(-30)) })
      decided = plan.decidedThrough
      #expect(plan.due.map { $0 > now } ?? true)
    }
    #expect(ran == Array(Set(ran)).sorted())
    var all = 0
    var last = Timestamp(seconds: Self.start)
    while let slot = timetable.next(after: last), slot.moment <= decided {
      all += 1
      last = slot.moment
    }
    #expect(counted == all)
    if policy == .all(atMost: 1000) { #expect(ran.count == all) }
  }
}
