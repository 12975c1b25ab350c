/// The head of what a run answered.
public struct RunResponse: Hashable, Sendable, Codable {
  public var status: Int
  /// In order, names as the run wrote them.
  public var headers: [HeaderField]
  public var trailers: [HeaderField]

  public init(status: Int = 200, headers: [HeaderField] = [], trailers: [HeaderField] = []) {
    self.status = status
    self.headers = headers
    self.trailers = trailers
  }
}
