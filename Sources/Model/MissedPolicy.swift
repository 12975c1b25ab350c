/// What happens to slots that came while nobody could run them: the server was down, the machine slept, or the clock was
/// set forward. A slot is missed once it is later than the schedule's tolerance.
public enum MissedPolicy: Hashable, Sendable {
  /// None of them has a run.
  case skip
  /// The last of them has a run.
  case once
  /// The last of them have a run each, at most so many, whatever the schedule's overlap policy says.
  case all(atMost: Int)

  /// The most that `all` may run.
  public static let mostSlots = 1000
  /// What `all` means without a number.
  public static let usualSlots = 100
  static let rule = "skip, once, all (the last \(usualSlots)) or all:N, N from 1 to \(mostSlots)"

  /// Reads `skip`, `once`, `all` or `all:20`; `nil` for anything else.
  public init?(text: String) {
    switch text {
    case "skip": self = .skip
    case "once": self = .once
    case "all": self = .all(atMost: Self.usualSlots)
    default:
      guard text.hasPrefix("all:"), let count = Int(text.dropFirst(4)), (1...Self.mostSlots).contains(count),
        String(count) == text.dropFirst(4)
      else { return nil }
      self = .all(atMost: count)
    }
  }

  /// As it is written in a `hook.yaml`.
  public var text: String {
    switch self {
    case .skip: "skip"
    case .once: "once"
    case .all(Self.usualSlots): "all"
    case .all(let count): "all:\(count)"
    }
  }
}
