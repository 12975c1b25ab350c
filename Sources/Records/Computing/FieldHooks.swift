/// Asks the hooks that a class names for its fields: what computes a value, what takes one apart, and what says whether a
/// field may be changed. Always outside of any transaction.
public protocol FieldHooks: Sendable {
  /// Takes some seconds at most; whatever goes wrong is an answer.
  func answer(_ question: FieldQuestion) async -> FieldAnswer
}
