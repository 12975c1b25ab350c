import Foundation
import FoundationNetworking
import Model

/// The transport of a `Client` unless it is given another: Foundation's URLSession, so that nothing is added to the
/// dependencies and https works. It follows no redirects (a key must not travel to where a redirect points) and keeps
/// no cookies and no cache.
public final class URLSessionTransport: HTTPTransport {
  private let delegate = URLSessionTransportDelegate()
  private let session: URLSession

  public init() {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.urlCache = nil
    configuration.httpMaximumConnectionsPerHost = 64
    session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil)
  }

  deinit { session.invalidateAndCancel() }

  public func exchange(_ request: ClientRequest) async throws -> ClientResponse {
    try Task.checkCancellation()
    var urlRequest = URLRequest(url: request.url)
    urlRequest.httpMethod = request.method
    urlRequest.httpBody = request.body.map { Data($0) }
    urlRequest.timeoutInterval = max(1, request.patience.inSeconds)
    for header in request.headers { urlRequest.addValue(header.value, forHTTPHeaderField: header.name) }
    let task = session.dataTask(with: urlRequest)
    let server = "\(request.url.scheme ?? "http")://\(request.url.host ?? "?"):\(request.url.port ?? 80)"
    let (body, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream(
      bufferingPolicy: .bufferingOldest(URLSessionExchange.largestBacklog))
    continuation.onTermination = { _ in task.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { head in
        delegate.expect(task, URLSessionExchange(server: server, head: head, body: continuation, stream: body))
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
  }
}
