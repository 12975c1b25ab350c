public import Model

/// What is wrong with a cron expression, and where.
public struct CronFault: Error, Hashable, Sendable {
  /// Where in the expression, from 1.
  public let column: Int
  /// One sentence for people, without a trailing full stop.
  public let message: String
  /// The rule that was broken.
  public let rule: String?
  /// What the reader can do about it.
  public let hint: String?

  init(column: Int, _ message: String, rule: String? = nil, hint: String? = nil) {
    self.column = column
    self.message = message
    self.rule = rule
    self.hint = hint
  }

  /// - Parameter field: the key that the expression stands at.
  public func problem(field: String = "cron") -> Problem {
    Problem(.invalid, "column \(column): \(message)", field: field, rule: rule, hint: hint)
  }
}
