public import Model
public import Store

/// A change of a record that is about to be made. Two that are equal are the same change of the same state.
public struct ProposedChange: Hashable, Sendable {
  public var signal: ChangeSignal
  /// The row of the bucket.
  public var bucket: Int64
  /// The class: its row, and its name.
  public var classRow: Int64
  public var className: String
  /// The record's id as its data have it; `nil` where the store gives it a number when it is made.
  public var id: JSONValue?
  /// The record as it is; `nil` for one that is made.
  public var before: StoredObject?
  /// What it shall be, without `id` and `last_modified`; `nil` for a deletion.
  public var data: [String: JSONValue]?
  /// Who does it; `nil` for somebody without credentials.
  public var user: String?
  /// What has led to it, where a run does it; `nil` for what people do.
  public var cause: RunCause?

  public init(
    signal: ChangeSignal, bucket: Int64, classRow: Int64, className: String, id: JSONValue?, before: StoredObject?,
    data: [String: JSONValue]?, user: String?, cause: RunCause?
  ) {
    self.signal = signal
    self.bucket = bucket
    self.classRow = classRow
    self.className = className
    self.id = id
    self.before = before
    self.data = data
    self.user = user
    self.cause = cause
  }

  /// About how many bytes it holds.
  var estimatedBytes: Int { 256 + (before?.data.count ?? 0) + (data.map { JSONValue.object($0).estimatedBytes } ?? 0) }
}
