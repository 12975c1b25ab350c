/// How records of one class refer to those of another one of the same bucket.
public struct ReferenceRule: Sendable, Equatable {
  /// What becomes of a reference when the record that it refers to is deleted.
  public enum Deletion: String, Sendable, CaseIterable {
    /// The reference goes.
    case unlink
    /// The record that refers goes too.
    case cascade
    /// Neither goes: the deletion is refused.
    case restrict
  }

  public var target: String
  public var isMany: Bool
  /// The field of the target that shows the other side; nil where none does.
  public var inverse: String?
  public var onTargetDeletion: Deletion
  /// Whether a write may take the target away from another record.
  public var mayDisplace: Bool

  public init(
    target: String, isMany: Bool, inverse: String? = nil, onTargetDeletion: Deletion = .unlink, mayDisplace: Bool = true
  ) {
    self.target = target
    self.isMany = isMany
    self.inverse = inverse
    self.onTargetDeletion = onTargetDeletion
    self.mayDisplace = mayDisplace
  }
}
