import Model
import Synchronization
import Testing

@testable import Gateway

struct RateLimiterTests {
  private final class Clock: Sendable {
    private let time = Mutex(Duration.seconds(1000))
    func advance(_ duration: Duration) { time.withLock { $0 += duration } }
    var now: @Sendable () -> Duration { { self.time.withLock { $0 } } }
  }

  private let clock = Clock()
  private let scope = RateLimiter.Scope(name: "t", rate: Rate(count: 3, interval: .seconds(30)))

  private func subject(_ number: Int) -> [UInt8] { Array("\(number)".utf8) }

  @Test func aBucketTakesItsCountAtOnceAndThenItsRate() {
    let limiter = RateLimiter(now: clock.now)
    #expect((0..<4).map { _ in limiter.take([1], of: scope).isAdmitted } == [true, true, true, false])
    let refused = limiter.take([1], of: scope)
    #expect(refused.remaining == 0)
    #expect(refused.wait == .seconds(10))
    #expect(refused.refill == .seconds(10), "the same moment as that at which the next one is taken")
    clock.advance(.seconds(10))
    #expect(limiter.take([1], of: scope, isCounted: false).isAdmitted)
    #expect(limiter.take([1], of: scope).isAdmitted)
    #expect(!limiter.take([1], of: scope).isAdmitted)
    // What is refused costs nothing.
    clock.advance(.seconds(20))
    #expect(limiter.take([1], of: scope).remaining == 1)
    clock.advance(.seconds(4))
    let looked = limiter.take([1], of: scope, isCounted: false)
    #expect(looked.remaining == 0 && looked.refill == .seconds(6))
    clock.advance(.seconds(3600))
    let rested = limiter.take([1], of: scope)
    #expect(rested.remaining == 2 && rested.refill == .seconds(10))
  }

  @Test func subjectsAndScopesAreApart() {
    let limiter = RateLimiter(now: clock.now)
    for _ in 0..<3 { _ = limiter.take([1], of: scope) }
    #expect(limiter.take([2], of: scope).isAdmitted)
    #expect(limiter.take([1], of: RateLimiter.Scope(name: "u", rate: scope.rate)).isAdmitted)
    #expect(!limiter.take([1], of: scope).isAdmitted)
  }

  @Test func nobodyIsFreedByACrowd() {
    let limiter = RateLimiter(capacity: 100, capacityOfScope: 50, now: clock.now)
    for _ in 0..<3 { _ = limiter.take([9], of: scope) }
    for number in 0..<5000 { _ = limiter.take(subject(number), of: scope) }
    #expect(!limiter.take([9], of: scope).isAdmitted)
    #expect(limiter.count == 50)
    // Newcomers share what is left, and run dry together.
    #expect((5000..<7000).contains { !limiter.take(subject($0), of: scope).isAdmitted })
    // Another scope has room of its own, up to the bound of all.
    let other = RateLimiter.Scope(name: "u", rate: scope.rate)
    for number in 0..<200 { _ = limiter.take(subject(number), of: other) }
    #expect(limiter.count == 100)
    // When buckets are full again, there is room.
    clock.advance(.seconds(60))
    for _ in 0..<3 { #expect(limiter.take(subject(8000), of: scope).isAdmitted) }
    #expect(!limiter.take(subject(8000), of: scope).isAdmitted)
    #expect(limiter.take([9], of: scope).isAdmitted)
  }

  /// To make room, only what is full again is forgotten.
  @Test func aSweepKeepsWhoIsNotFullAgain() {
    let limiter = RateLimiter(capacity: 100, capacityOfScope: 50, now: clock.now)
    for _ in 0..<3 { _ = limiter.take([9], of: scope) }
    // The last of them finds no room, so that the table is looked through.
    for number in 0..<50 { _ = limiter.take(subject(number), of: scope) }
    #expect(limiter.count == 50)
    #expect(!limiter.take([9], of: scope).isAdmitted)
  }

  @Test func scopesThatAreGoneAreForgotten() {
    let limiter = RateLimiter(capacity: 10_000, capacityOfScope: 10, now: clock.now)
    for number in 0..<3000 {
      clock.advance(.seconds(60))
      #expect(limiter.take([1], of: RateLimiter.Scope(name: "\(number)", rate: scope.rate)).isAdmitted)
    }
    #expect(limiter.count <= 1025)
  }
}
