public import Model

/// A declared field of a class.
public struct ClassField: Sendable, Equatable {
  /// What a field holds.
  public enum Content: Sendable, Equatable {
    case value(ValueType)
    case reference(ReferenceRule)
    case computed(ComputedRule)
  }

  /// Who may change it after the record was made.
  public enum Writability: Sendable, Equatable {
    case always
    case never
    /// A hook of the instance says for each record.
    case decided(by: String)
  }

  /// Its name in what is stored.
  public var name: String
  /// Its name outside, where that is another one.
  public var label: String?
  public var content: Content
  public var isRequired: Bool
  /// What an absent field becomes when a record is made. Null is a value.
  public var defaultValue: JSONValue?
  /// Nobody may write it but hooks.
  public var isReadOnly: Bool
  /// Neither shown nor written nor asked for from outside.
  public var isHidden: Bool
  public var writability: Writability
  /// No two records of the class have the same value; absent and null do not count.
  public var isUnique: Bool
  public var isIndexed: Bool

  public init(name: String, content: Content) {
    self.name = name
    self.content = content
    label = nil
    isRequired = false
    defaultValue = nil
    isReadOnly = false
    isHidden = false
    writability = .always
    isUnique = false
    isIndexed = false
  }
}
