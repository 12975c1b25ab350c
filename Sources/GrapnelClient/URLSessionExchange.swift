import Foundation
import FoundationNetworking
import Model

/// One request in flight: who waits for its head, and where its body goes.
struct URLSessionExchange: Sendable {
  /// A reader that leaves more parts than this unread (of up to 16 KiB each) loses the exchange: URLSession cannot be
  /// made to wait.
  static let largestBacklog = 4096

  let server: String
  /// Empty once it has been resumed.
  var head: CheckedContinuation<ClientResponse, any Error>?
  let body: AsyncThrowingStream<[UInt8], any Error>.Continuation
  let stream: AsyncThrowingStream<[UInt8], any Error>
}
