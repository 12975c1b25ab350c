/// What somebody declares of a schedule: when it runs, with what, and what happens when that goes wrong.
public struct ScheduleDefinition: Hashable, Sendable {
  /// How late a slot's run may be without the slot being missed.
  public static let tolerances: ClosedRange<Duration> = .seconds(1)...(.seconds(86_400))
  /// After how many failures in a row a schedule may disable itself.
  public static let failureCounts = 1...1000
  /// The longest description, in characters.
  public static let longestDescription = 500

  public var rule: ScheduleRule
  public var description: String
  /// What its runs are given; `nil` for what a hook gets that is called without anything.
  public var payload: JSONValue?
  public var overlap: OverlapPolicy
  public var missed: MissedPolicy
  /// How late a slot's run may be: later it is missed, and the schedule is reported as silent.
  public var tolerance: Duration
  /// It is disabled after so many failures in a row; `nil` for never. A run fails with its last attempt.
  public var disableAfter: Int?
  /// The hook that is run when the last attempt of a run has failed, in place of the hook's own `on_failure`.
  public var onFailure: String?
  /// The hook that is run when a run has succeeded after one or more that failed.
  public var onRecovery: String?

  public init(
    rule: ScheduleRule, description: String = "", payload: JSONValue? = nil, overlap: OverlapPolicy = .skip,
    missed: MissedPolicy = .once, tolerance: Duration = .seconds(10), disableAfter: Int? = nil,
    onFailure: String? = nil, onRecovery: String? = nil
  ) {
    self.rule = rule
    self.description = description
    self.payload = payload
    self.overlap = overlap
    self.missed = missed
    self.tolerance = tolerance
    self.disableAfter = disableAfter
    self.onFailure = onFailure
    self.onRecovery = onRecovery
  }

  /// The name of a schedule that was given none: it says what is declared, and stays as long as that does.
  public var derivedName: String {
    let (kind, text) =
      switch rule.timing {
      case .every(let interval, _): ("every", interval.text)
      case .cron(let text): ("cron", text)
      case .at(let text): ("at", text)
      }
    if kind == "every", rule.jitter == nil, rule.start == nil, rule.end == nil {
      let name = "every-\(text.replacing(" ", with: ""))"
      if (try? Name.validate(name, field: "name")) != nil { return name }
    }
    // FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/): it need only tell a hook's few schedules apart.
    let members = JSONValue.object(rule.members).serialized
    let hash = members.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    let digits = String(hash, radix: 16)
    return "\(kind)-" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
