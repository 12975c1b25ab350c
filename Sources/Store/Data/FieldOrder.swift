/// One key of an order.
public struct FieldOrder: Hashable, Sendable {
  public var field: FieldReference
  public var isDescending: Bool
  /// Whether objects without the member, or with `null` in it, come last in either direction, and are equal.
  public var putsNullLast: Bool

  public init(_ field: FieldReference, isDescending: Bool = false, putsNullLast: Bool = false) {
    self.field = field
    self.isDescending = isDescending
    self.putsNullLast = putsNullLast
  }
}
