public import Model
public import Store

/// One change of an object, as it happens.
public struct RecordChange: Sendable {
  public typealias Signal = ChangeSignal

  public var signal: Signal
  /// The bucket that it lies in, or is; `nil` for accounts.
  public var bucket: StoredObject?
  /// The class, for records.
  public var recordClass: StoredObject?
  public var before: StoredObject?
  /// After it; what is left of what was deleted.
  public var after: StoredObject
  /// Who did it; `nil` for somebody without credentials.
  public var user: String?
  public var time: Timestamp
  /// The names of the references that have changed, those with many values included, which are not in the data.
  public var references: Set<String> = []
  /// What has led to it, where a run does it; `nil` for what people do.
  public var cause: RunCause?

  public init(
    signal: Signal, bucket: StoredObject?, recordClass: StoredObject?, before: StoredObject?, after: StoredObject,
    user: String?, time: Timestamp, cause: RunCause? = nil
  ) {
    self.signal = signal
    self.bucket = bucket
    self.recordClass = recordClass
    self.before = before
    self.after = after
    self.user = user
    self.time = time
    self.cause = cause
  }
}
