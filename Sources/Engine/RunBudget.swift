import Model

/// How long a request waits for a run on its way, from when that was asked for: for its place as well as for its end.
struct RunBudget: Sendable {
  let duration: Duration
  /// Whose it is, such as `the trigger mailer/high`.
  let owner: String
  private let end: ContinuousClock.Instant

  init(_ duration: Duration, of owner: String) {
    self.duration = duration
    self.owner = owner
    end = .now + duration
  }

  var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: end)) }
}
