public import Model

/// What is asked of a hook about a field.
public struct FieldQuestion: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The value for each of these records.
    case values(of: [JSONValue])
    /// What other fields a record shall have when the field is given a value.
    case patch(of: JSONValue, value: JSONValue)
    /// Whether the field of a record may be given another value.
    case admission(of: JSONValue, value: JSONValue)
  }

  /// The most records of one question, and the most bytes of them.
  public static let recordsMax = 1000
  public static let bytesMax = 4 << 20

  public var kind: Kind
  public var instance: ID<Instance>
  public var className: String
  /// Its name in what is stored.
  public var field: String
  /// The name of the hook.
  public var hook: String
  /// Who asks, or writes; `nil` for somebody without credentials.
  public var user: String?
  /// What has led to it, where a run does it; `nil` for what people do.
  public var cause: RunCause?

  public init(
    _ kind: Kind, instance: ID<Instance>, className: String, field: String, hook: String, user: String?,
    cause: RunCause?
  ) {
    self.kind = kind
    self.instance = instance
    self.className = className
    self.field = field
    self.hook = hook
    self.user = user
    self.cause = cause
  }

  /// About how many bytes it holds.
  var estimatedBytes: Int {
    switch kind {
    case .values(let records): records.reduce(256) { $0 + $1.estimatedBytes }
    case .patch(let record, let value), .admission(let record, let value):
      256 + record.estimatedBytes + value.estimatedBytes
    }
  }
}
