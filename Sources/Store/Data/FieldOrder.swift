/// One key of an order.
public struct FieldOrder: Hashable, Sendable {
  public var field: FieldReference
  public var isDescending: Bool

  public init(_ field: FieldReference, isDescending: Bool = false) {
    self.field = field
    self.isDescending = isDescending
  }
}
