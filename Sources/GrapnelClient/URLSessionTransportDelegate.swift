import Foundation
import FoundationNetworking
import Model
import Synchronization

/// Takes what URLSession reports, on its own queue, to the exchange that waits for it.
final class URLSessionTransportDelegate: NSObject, URLSessionDataDelegate, Sendable {
  private let exchanges = Mutex<[Int: URLSessionExchange]>([:])

  func expect(_ task: URLSessionTask, _ exchange: URLSessionExchange) {
    let identifier = task.taskIdentifier
    exchanges.withLock { $0[identifier] = exchange }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    let identifier = dataTask.taskIdentifier
    guard let response = response as? HTTPURLResponse else { return completionHandler(.cancel) }
    let headers = response.allHeaderFields.compactMap { name, value -> HeaderField? in
      guard let name = name as? String, let value = value as? String else { return nil }
      return HeaderField(name: name, value: value)
    }
    .sorted { $0.name < $1.name }
    let status = response.statusCode
    exchanges.withLock { exchanges in
      guard let exchange = exchanges[identifier] else { return }
      exchange.head?.resume(returning: ClientResponse(status: status, headers: headers, body: exchange.stream))
      exchanges[identifier]?.head = nil
    }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let identifier = dataTask.taskIdentifier
    guard let exchange = exchanges.withLock({ $0[identifier] }) else { return }
    if case .dropped = exchange.body.yield(Array(data)) {
      exchange.body.finish(
        throwing: ClientError.unreachable(server: exchange.server, reason: "its answer came faster than it was read"))
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    let identifier = task.taskIdentifier
    guard let exchange = exchanges.withLock({ $0.removeValue(forKey: identifier) }) else { return }
    let failure = error.map { Self.translate($0, server: exchange.server) }
    exchange.head?.resume(
      throwing: failure ?? ClientError.unreachable(server: exchange.server, reason: "the connection was closed"))
    exchange.body.finish(throwing: failure)
  }

  private static func translate(_ error: any Error, server: String) -> any Error {
    let code = (error as? URLError)?.code
    switch code {
    case .cancelled: return CancellationError()
    case .cannotConnectToHost: return ClientError.unreachable(server: server, reason: "connection refused")
    case .cannotFindHost: return ClientError.unreachable(server: server, reason: "no such host")
    case .timedOut: return ClientError.unreachable(server: server, reason: "it is silent")
    case .networkConnectionLost: return ClientError.unreachable(server: server, reason: "the connection broke")
    default: return ClientError.unreachable(server: server, reason: error.localizedDescription)
    }
  }
}
