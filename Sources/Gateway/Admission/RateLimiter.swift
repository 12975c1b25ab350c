import Model
import Synchronization

/// Counts requests in token buckets, of which there is a bounded number.
///
/// A bucket is one number: the moment at which it will be full again (the generic cell rate algorithm). A full bucket is
/// the same as none, so only full ones are ever forgotten: nobody gets rid of an empty bucket by making others. When there
/// is no room and none is full, those who come new share a fixed number of buckets, chosen by a hash that nobody outside
/// can foretell: a flood from many addresses costs newcomers, not those who are known, and the table never grows.
final class RateLimiter: Sendable {
  /// What one bucket said.
  struct Outcome: Hashable {
    var isAdmitted: Bool
    /// Requests that would be taken now.
    var remaining: Int
    /// Until the next request is taken.
    var wait: Duration
    /// Until one more than `remaining` would be taken; nothing where the bucket is full.
    var refill: Duration
  }

  /// Buckets of one purpose and rate. They are apart, so that a flood at one hook costs no other.
  struct Scope: Hashable {
    /// What is limited, such as the id of a hook and whether by key or by address.
    var name: String
    var rate: Rate
  }

  private struct Table {
    var fullAt: [[UInt8]: Int64] = [:]
    var shared: [Int64] = []
    var nextSweep: Int64 = 0
  }

  private struct State {
    var tables: [Scope: Table] = [:]
    var count = 0
  }

  private static let sharedBuckets = 256
  /// Tables beyond which those without an entry are dropped: scopes of hooks that are gone.
  private static let mostTables = 1024
  /// How often a table that has no room is looked through, in microseconds.
  private static let sweepInterval: Int64 = 100_000

  private let capacity: Int
  private let capacityOfScope: Int
  private let now: @Sendable () -> Duration
  private let state = Mutex(State())

  /// - Parameters:
  ///   - capacity: buckets in all.
  ///   - capacityOfScope: buckets of one purpose.
  ///   - now: monotonic time since some moment.
  init(capacity: Int = 1 << 17, capacityOfScope: Int = 1 << 14, now: @escaping @Sendable () -> Duration) {
    self.capacity = capacity
    self.capacityOfScope = capacityOfScope
    self.now = now
  }

  /// Takes a request of `subject`, if there is room for it in its bucket.
  ///
  /// - Parameter isCounted: false only looks.
  func take(_ subject: [UInt8], of scope: Scope, isCounted: Bool = true) -> Outcome {
    let time = now().wholeMicroseconds
    return state.withLock { state in
      if let fullAt = state.tables[scope]?.fullAt[subject] {
        let (outcome, next) = Self.judge(fullAt, at: time, scope.rate)
        if isCounted, outcome.isAdmitted { state.tables[scope]?.fullAt[subject] = next }
        return outcome
      }
      guard isCounted || state.tables[scope]?.shared.isEmpty == false else {
        return Self.judge(time, at: time, scope.rate).outcome
      }
      makeRoom(for: scope, at: time, &state)
      if state.count < capacity, state.tables[scope]!.fullAt.count < capacityOfScope {
        let (outcome, next) = Self.judge(time, at: time, scope.rate)
        if isCounted {
          state.tables[scope]!.fullAt[subject] = next
          state.count += 1
        }
        return outcome
      }
      if state.tables[scope]!.shared.isEmpty {
        state.tables[scope]!.shared = [Int64](repeating: 0, count: Self.sharedBuckets)
      }
      var hasher = Hasher()
      hasher.combine(subject)
      let index = Int(UInt(bitPattern: hasher.finalize()) % UInt(Self.sharedBuckets))
      let (outcome, next) = Self.judge(state.tables[scope]!.shared[index], at: time, scope.rate)
      if isCounted, outcome.isAdmitted { state.tables[scope]!.shared[index] = next }
      return outcome
    }
  }

  /// How many buckets there are.
  var count: Int { state.withLock { $0.count } }

  /// Makes sure that the scope has a table, and forgets full buckets where there is no room for another.
  private func makeRoom(for scope: Scope, at time: Int64, _ state: inout State) {
    if state.tables[scope] == nil {
      if state.tables.count >= Self.mostTables {
        for other in Array(state.tables.keys) { sweep(other, at: time, &state) }
        state.tables = state.tables.filter { !$0.value.fullAt.isEmpty }
      }
      state.tables[scope] = Table()
    }
    if state.count >= capacity {
      for other in Array(state.tables.keys) where state.tables[other]!.nextSweep <= time {
        sweep(other, at: time, &state)
      }
    } else if state.tables[scope]!.fullAt.count >= capacityOfScope, state.tables[scope]!.nextSweep <= time {
      sweep(scope, at: time, &state)
    }
  }

  private func sweep(_ scope: Scope, at time: Int64, _ state: inout State) {
    guard var table = state.tables.removeValue(forKey: scope) else { return }
    let before = table.fullAt.count
    table.fullAt = table.fullAt.filter { $0.value > time }
    table.nextSweep = time + Self.sweepInterval
    if table.fullAt.count < capacityOfScope { table.shared = [] }
    state.count -= before - table.fullAt.count
    state.tables[scope] = table
  }

  /// - Returns: what a bucket that is full at `fullAt` says, and when it is full after a request that it admits.
  private static func judge(_ fullAt: Int64, at time: Int64, _ rate: Rate) -> (outcome: Outcome, next: Int64) {
    let span = rate.interval.wholeMicroseconds
    let step = Swift.max(1, span / Int64(rate.count))
    let next = Swift.max(fullAt, time) + step
    let isAdmitted = next - time <= span
    let used = isAdmitted ? next - time : Swift.max(fullAt, time) - time
    let free = Swift.max(0, span - used)
    return (
      Outcome(
        isAdmitted: isAdmitted, remaining: Int(free / step),
        wait: .microseconds(isAdmitted ? 0 : next - time - span),
        refill: .microseconds(Swift.min(used, step - free % step))),
      next
    )
  }
}
