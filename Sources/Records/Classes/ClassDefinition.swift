/// What a class says of its records beside their permissions: their ids and their fields, as its collection declares
/// them.
public struct ClassDefinition: Sendable, Equatable {
  /// What the ids of its records are.
  public enum Identifiers: Sendable, Equatable {
    /// Text of the writer's choice, or a new UUID.
    case text
    /// 1, 2, 3… by the store; no number is given twice.
    case integer
  }

  public var identifiers: Identifiers
  /// In the order of their declaration, in which they are written too. Names and labels are unique.
  public var fields: [ClassField]
  /// Whether an explicit value and a setter may both write a field; then the one that is declared later wins.
  public var settersMayOverride: Bool

  public init(identifiers: Identifiers = .text, fields: [ClassField], settersMayOverride: Bool = false) {
    self.identifiers = identifiers
    self.fields = fields
    self.settersMayOverride = settersMayOverride
  }
}
