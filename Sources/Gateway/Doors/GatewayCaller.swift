import Doors
import Model

/// The caller of one request, and the bound on the credentials that may be tried from there.
struct GatewayCaller: DoorCaller {
  let exchange: Exchange
  let limits: RateLimits

  var address: String? { exchange.remoteAddress }

  func checkFailures() throws { try limits.checkFailures(exchange) }

  func enter(key: String) throws { try limits.enter(exchange, key: key) }

  func whenOver(_ action: @escaping @Sendable () -> Void) {
    _ = exchange.watch.whenGone(action)
    _ = exchange.watch.whenEnding(action)
  }

  func noteFailure() { limits.noteWrongKey(exchange) }
}
