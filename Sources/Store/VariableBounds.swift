/// How much one level, an instance or a hook, may have of variables. Runs read all of it, and servers remember it.
public enum VariableBounds {
  public static let count = 256
  /// Of values as they are kept, together.
  public static let bytes = 1 << 20
}
