import Doors
import HTTPTypes
import Model

extension DoorRequest {
  private static let forwardedProtocol = HTTPField.Name("X-Forwarded-Proto")!

  /// - Parameters:
  ///   - path: as it was written, with its first slash.
  ///   - isForwarded: whether the other end of the connection is a proxy whose word is taken.
  init(_ exchange: Exchange, path: String, isForwarded: Bool, limits: RateLimits) {
    let isSecure = isForwarded && exchange.headers[Self.forwardedProtocol]?.lowercased() == "https"
    self.init(
      method: exchange.method, path: path, query: String(exchange.target.query), headers: exchange.headers,
      scheme: isSecure ? "https" : "http", authority: exchange.authority ?? "localhost", body: exchange.body,
      caller: GatewayCaller(exchange: exchange, limits: limits))
  }
}
