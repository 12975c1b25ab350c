public import Foundation
public import Model

/// One HTTP request as a `Client` hands it to its transport.
public struct ClientRequest: Sendable {
  public var method: String
  public var url: URL
  public var headers: [HeaderField]
  public var body: [UInt8]?
  /// The longest silence of the server that is borne, before the head and between two parts of the body.
  public var patience: Duration

  public init(
    method: String, url: URL, headers: [HeaderField] = [], body: [UInt8]? = nil, patience: Duration = .seconds(30)
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.patience = patience
  }
}
