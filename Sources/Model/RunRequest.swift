/// The request that a run answers, as far as a run may see it and a trace may keep it: credentials are never in it.
public struct RunRequest: Hashable, Sendable, Codable {
  public var method: String
  /// What followed the hook's name in the path, from its slash on; empty if nothing did.
  public var path: String
  public var query: String
  public var contentType: String?
  /// Lower-case names; several values of one name are joined with `, `.
  public var headers: [String: String]
  public var remoteAddress: String?
  /// The W3C trace context (https://www.w3.org/TR/trace-context/) that the run belongs to.
  public var traceparent: String?

  public init(
    method: String, path: String = "", query: String = "", contentType: String? = nil, headers: [String: String] = [:],
    remoteAddress: String? = nil, traceparent: String? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.contentType = contentType
    self.headers = headers
    self.remoteAddress = remoteAddress
    self.traceparent = traceparent
  }

  private enum CodingKeys: String, CodingKey {
    case method, path, query, headers, traceparent
    case contentType = "content_type"
    case remoteAddress = "remote_address"
  }
}
