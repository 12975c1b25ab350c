/// Why a hook refuses what somebody asks for.
public struct Decline: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Something in the request is wrong.
    case invalid
    /// They may not.
    case forbidden
    /// The state of things does not admit it.
    case conflict
  }

  public static let longestReason = 1000

  public var kind: Kind
  /// Who refuses: the names of a hook and its trigger, `HOOK/NAME`.
  public var reviewer: String
  public var reason: String
  /// The member of the record that is wrong; `nil` for none in particular.
  public var field: String?
  /// The run whose trace says more, as text.
  public var run: String?

  public init(kind: Kind, reviewer: String, reason: String, field: String? = nil, run: String? = nil) {
    self.kind = kind
    self.reviewer = reviewer
    self.reason = String(reason.prefix(Self.longestReason))
    self.field = field.map { String($0.prefix(255)) }
    self.run = run
  }

  /// The sentence for its writer.
  public var text: String { "\(reviewer) refuses: \(reason)" }
}
