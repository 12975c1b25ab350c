/// One event of an event stream (WHATWG HTML, section 9.2).
public struct ServerSentEvent: Hashable, Sendable {
  /// `message` unless the server named it.
  public var name: String
  public var data: String
  /// The last id that the stream gave, on this event or before it.
  public var id: String?

  public init(name: String = "message", data: String, id: String? = nil) {
    self.name = name
    self.data = data
    self.id = id
  }
}
