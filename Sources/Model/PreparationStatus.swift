/// What keeps the newest files of a hook from being live: their preparation goes on, or has failed.
///
/// The version before, where there is one, answers meanwhile.
public struct PreparationStatus: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case preparing
    case failed
  }

  public var state: State
  public var since: Timestamp
  /// Why it failed.
  public var problem: Problem?

  public init(state: State, since: Timestamp, problem: Problem? = nil) {
    self.state = state
    self.since = since
    self.problem = problem
  }

  /// Why a hook that has no version before does not answer.
  public func reason(why hook: String) -> Problem {
    switch state {
    case .preparing:
      return Problem(
        .unavailable, "the hook \(hook) is being prepared", hint: "grapnel logs \(hook) shows how it goes",
        retryAfterSeconds: 5)
    case .failed:
      return Problem(
        .unavailable, "the hook \(hook) is not deployed: \(problem?.message ?? "its preparation failed")",
        field: problem?.field, rule: problem?.rule, hint: problem?.hint ?? "grapnel logs \(hook) has the whole log",
        file: problem?.file.map { "\(hook)/\($0)" }, line: problem?.line)
    }
  }
}
