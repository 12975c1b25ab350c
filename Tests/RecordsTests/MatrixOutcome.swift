/// What must come of an action.
enum MatrixOutcome: Hashable {
  case done
  case denied(isAnonymous: Bool)
  case notFound
  case preconditionFailed
  /// A list of so many of the objects, of which there are two.
  case objects(Int)
}
