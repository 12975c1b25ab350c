import Model

/// How many of one kind of work go on at once, and how soon one follows another.
struct Pace: Sendable {
  /// The least time from one to the next, so that what comes close together shares one.
  let spacing: Duration
  let most: Int
  private(set) var inFlight = 0
  /// Whether the last one has left something to do: the next waits for nothing.
  var isBehind = false
  private var begunAt: ContinuousClock.Instant?

  init(spacing: Duration, most: Int) {
    self.spacing = spacing
    self.most = most
  }

  /// How long the next one has to wait.
  private var wait: Duration { begunAt.map { spacing - (.now - $0) } ?? .zero }

  func mayBegin(isUrgent: Bool = false) -> Bool { inFlight < most && (isBehind || isUrgent || wait <= .zero) }

  mutating func begin() {
    inFlight += 1
    begunAt = .now
  }

  mutating func end() { inFlight -= 1 }

  /// When the next one can begin that has something to do at `moment`; `nil` if there is nothing, or one that is on its way
  /// must end before.
  func next(for moment: Timestamp?, _ now: Timestamp) -> Timestamp? {
    guard let moment, inFlight < most else { return nil }
    return max(moment, isBehind ? now : now + max(.zero, wait))
  }
}
