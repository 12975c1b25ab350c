import Model
import Testing

@testable import Engine

@Suite struct RunQueueTests {
  private static let epoch = Timestamp(microseconds: 1_700_000_000_000_000)
  private let red = ID<Instance>(at: Self.epoch)
  private let blue = ID<Instance>(at: Self.epoch)

  private func ticket(
    _ instance: ID<Instance>, lane: String = "hook", concurrency: Int = 2, queue: Int = 2
  ) -> RunQueue.Ticket {
    RunQueue.Ticket(
      run: ID(at: Self.epoch), instance: instance, lane: lane, concurrency: concurrency, queue: queue)
  }

  @Test func startsUpToTheConcurrencyThenWaitsThenRefuses() {
    var queue = RunQueue(capacity: 10, capacityOfInstance: 10)
    let tickets = (0..<5).map { _ in ticket(red) }
    let decisions = tickets.map { queue.enter($0) }
    #expect(decisions[0...1].allSatisfy { $0 == .start })
    #expect(decisions[2...3].allSatisfy { $0 == .wait })
    #expect(decisions[4] == .refuse(retryAfterSeconds: 2))
    #expect(queue.load(of: "hook") == (running: 2, waiting: 2))
  }

  @Test func startsWaitingRunsInTheirOrder() {
    var queue = RunQueue(capacity: 10, capacityOfInstance: 10)
    let tickets = (0..<4).map { _ in ticket(red) }
    for ticket in tickets { _ = queue.enter(ticket) }
    let started = tickets.map { queue.leave($0, after: .seconds(1)).map(\.run) }
    #expect(started == [[tickets[2].run], [tickets[3].run], [], []])
    #expect(queue.running == 0 && queue.waiting == 0)
  }

  @Test func neverRefusesWhatIsOwed() {
    var queue = RunQueue(capacity: 1, capacityOfInstance: 1)
    let tickets = (0..<50).map { _ in ticket(red, queue: 0) }
    let decisions = tickets.map { queue.enter($0, isOwed: true) }
    #expect(decisions.first == .start)
    #expect(decisions.dropFirst().allSatisfy { $0 == .wait })
    var started = 1
    var current = tickets[0]
    while let next = queue.leave(current, after: .zero).first {
      current = next
      started += 1
    }
    #expect(started == 50)
  }

  @Test func instancesTakeTurnsWhenTheServerIsFull() {
    var queue = RunQueue(capacity: 1, capacityOfInstance: 1)
    let first = ticket(red, lane: "flood", concurrency: 100, queue: 100)
    _ = queue.enter(first)
    let flood = (0..<20).map { _ in ticket(red, lane: "flood", concurrency: 100, queue: 100) }
    let quiet = ticket(blue, lane: "quiet")
    let decisions = (flood + [quiet]).map { queue.enter($0) }
    #expect(decisions.allSatisfy { $0 == .wait })
    let second = queue.leave(first, after: .zero)[0]
    let third = queue.leave(second, after: .zero)[0]
    #expect([second.run, third.run].contains(quiet.run), "the flood held the other instance back for long")
  }

  @Test func aFloodOfOneInstanceLeavesPlacesForOthers() {
    var queue = RunQueue(capacity: 4, capacityOfInstance: 3)
    let flood = (0..<4).map { _ in ticket(red, lane: "flood", concurrency: 100, queue: 100) }
    let decisions = (flood + [ticket(blue, lane: "quiet")]).map { queue.enter($0) }
    #expect(decisions == [.start, .start, .start, .wait, .start])
  }

  @Test func aWithdrawnRunNeverStarts() {
    var queue = RunQueue(capacity: 1, capacityOfInstance: 1)
    let tickets = (0..<3).map { _ in ticket(red) }
    for ticket in tickets { _ = queue.enter(ticket) }
    let isWithdrawn = (queue.withdraw(tickets[1]), queue.withdraw(tickets[1]))
    #expect(isWithdrawn == (true, false))
    let started = queue.leave(tickets[0], after: .zero).map(\.run)
    #expect(started == [tickets[2].run])
  }

  @Test(arguments: 0..<20) func theBoundsHoldInAnyOrderOfComingAndGoing(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var queue = RunQueue(capacity: 5, capacityOfInstance: 3)
    var running: [RunQueue.Ticket] = []
    var waiting: [RunQueue.Ticket] = []
    for _ in 0..<2000 {
      switch random.next() % 4 {
      case 0, 1:
        let instance = random.next() % 2 == 0 ? red : blue
        let lane = instance.text + String(random.next() % 3)
        let ticket = ticket(instance, lane: lane)
        switch queue.enter(ticket) {
        case .start: running.append(ticket)
        case .wait: waiting.append(ticket)
        case .refuse: #expect(waiting.count { $0.lane == lane } >= 2)
        }
      case 2 where !running.isEmpty:
        let ended = running.remove(at: Int(random.next() % UInt64(running.count)))
        for started in queue.leave(ended, after: .milliseconds(5)) {
          #expect(waiting.contains { $0.run == started.run })
          waiting.removeAll { $0.run == started.run }
          running.append(started)
        }
      default:
        guard let ticket = waiting.randomElement(using: &random) else { continue }
        let isWithdrawn = queue.withdraw(ticket)
        #expect(isWithdrawn)
        waiting.removeAll { $0.run == ticket.run }
      }
      #expect(queue.running == running.count && queue.waiting == waiting.count)
      #expect(running.count <= 5)
      for instance in [red, blue] { #expect(running.count { $0.instance == instance } <= 3) }
      for lane in Set(running.map(\.lane)) { #expect(running.count { $0.lane == lane } <= 2) }
    }
    // Nothing is forgotten: when all that runs ends, all that waits has started.
    while let ended = running.popLast() {
      for started in queue.leave(ended, after: .zero) {
        waiting.removeAll { $0.run == started.run }
        running.append(started)
      }
    }
    #expect(waiting.isEmpty)
  }
}
