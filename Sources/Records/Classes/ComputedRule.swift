/// A field that hooks of the instance compute.
public struct ComputedRule: Sendable, Equatable {
  /// Gets a list of records, and answers with a value for each.
  public var getter: String
  /// Gets a record and a value, and answers with a patch of other fields. Without it the field cannot be written.
  public var setter: String?

  public init(getter: String, setter: String? = nil) {
    self.getter = getter
    self.setter = setter
  }
}
