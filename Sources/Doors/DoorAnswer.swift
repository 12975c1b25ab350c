public import HTTPTypes

/// What goes back to a client.
public struct DoorAnswer: Sendable {
  public enum Body: Sendable {
    case bytes([UInt8])
    /// Chunks until the sequence ends; the connection is cut if it throws.
    case stream(AsyncThrowingStream<[UInt8], any Error>)
  }

  public var status: Int
  public var headers: HTTPFields
  public var body: Body

  public init(status: Int, headers: HTTPFields = [:], body: Body = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
