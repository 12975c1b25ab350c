public import HTTPTypes

/// One request as it came, and what a door may ask about it.
public struct DoorRequest: Sendable {
  public var method: String
  /// The path as it was written, percent-encoding and all, with its first slash.
  public var path: String
  /// What followed `?`, as it was written; empty if nothing did.
  public var query: String
  public var headers: HTTPFields
  /// `http`, or `https` where a trusted proxy says so.
  public var scheme: String
  /// The host, and the port unless it is the scheme's own, that the client asked.
  public var authority: String
  public var body: any DoorBody
  public var caller: any DoorCaller

  public init(
    method: String, path: String, query: String, headers: HTTPFields, scheme: String, authority: String,
    body: any DoorBody, caller: any DoorCaller
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.scheme = scheme
    self.authority = authority
    self.body = body
    self.caller = caller
  }
}
