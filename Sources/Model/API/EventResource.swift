/// An event as the management API shows it.
public struct EventResource: Hashable, Sendable, Codable {
  public var sequence: Int64
  /// Missing for what is the whole host's.
  public var instance: String?
  public var time: Timestamp
  public var kind: String
  public var subject: String?
  public var actor: String
  public var data: JSONValue

  public init(_ event: Event, instance: String?) {
    sequence = event.sequence
    self.instance = instance
    time = event.time
    kind = event.kind
    subject = event.subject
    actor = event.actor
    data = event.data
  }
}
