import HTTPTypes
import HummingbirdCore
import Model
import NIOCore
import Synchronization

/// The body of one request, pulled chunk by chunk, within a bound.
///
/// Whoever stops reading leaves the pull under way alone: cancelling it would end the whole connection's input, and with
/// it every request that is still to come.
///
/// Sendable although the iterator is not: `iterator` and `count` are touched only by `pull`, which runs only in the task
/// that `next` has put into `State.current`; there is never a second one (`next` traps), and each has taken itself out of
/// the state, under its lock, before the next is made, so that one happens before the other.
final class RequestBodyReader: @unchecked Sendable {
  private struct State {
    var current: Task<Void, Never>?
    var isClosed = false
    var isAtEnd = false
    var isTooLarge = false
  }

  /// What the request says of its body's length; `nil` if it does not.
  let declaredLength: Int64?
  /// Whether there is a body, be it an empty one.
  let exists: Bool
  private let body: RequestBody
  private let limit: Int64
  private let watch: CallerWatch
  private let number: Int
  private let state: Mutex<State>
  private var iterator: RequestBody.AsyncIterator?
  private var count: Int64 = 0

  init(_ request: Request, limit: Int64, watch: CallerWatch) {
    body = request.body
    declaredLength = request.headers[.contentLength].flatMap { Int64($0) }
    exists = declaredLength.map { $0 > 0 } ?? (request.headers[.transferEncoding] != nil)
    self.limit = limit
    self.watch = watch
    number = watch.beginRequest()
    state = Mutex(State(isAtEnd: !exists))
  }

  /// Whether the client has sent, or would send, more than was read.
  var isUnfinished: Bool { state.withLock { !$0.isAtEnd } }

  /// Whether the body turned out to be larger than the bound.
  var isTooLarge: Bool { state.withLock { $0.isTooLarge } }

  /// The next chunk; `nil` after the last one. Not to be called twice at once.
  ///
  /// - Throws: `Problem` `tooLarge` beyond the bound and `invalid` if the body broke off; `CancellationError` once the
  ///   task has been cancelled, which ends the reading, and after `close`.
  func next() async throws -> [UInt8]? {
    let reply = ChunkReply()
    let isAtEnd = try state.withLock { state in
      if state.isAtEnd { return true }
      if state.isClosed { throw CancellationError() }
      precondition(state.current == nil, "a request's body is read by one reader")
      state.current = Task {
        let result: Result<[UInt8]?, any Error>
        do {
          result = .success(try await self.pull())
        } catch {
          result = .failure(error)
        }
        self.state.withLock { $0.current = nil }
        reply.give(result)
      }
      return false
    }
    guard !isAtEnd else { return nil }
    return try await withTaskCancellationHandler {
      try await reply.value()
    } onCancel: {
      state.withLock { $0.isClosed = true }
      reply.give(.failure(CancellationError()))
    }
  }

  /// - Throws: `Problem` `tooLarge` if the caller says that it will send more than is taken.
  func checkDeclaredLength() throws {
    guard let declaredLength, declaredLength > limit else { return }
    throw Problem(.tooLarge, "the body is too large", rule: "at most \(limit) bytes")
  }

  /// The whole body.
  ///
  /// - Throws: `Problem` `tooLarge` if it has more than `most` bytes, and what `next` throws.
  func collect(atMost most: Int) async throws -> [UInt8] {
    let problem = Problem(.tooLarge, "the body is too large", rule: "at most \(most) bytes")
    if let declaredLength, declaredLength > most { throw problem }
    var bytes: [UInt8] = []
    while let chunk = try await next() {
      guard bytes.count + chunk.count <= most else { throw problem }
      bytes += chunk
    }
    return bytes
  }

  /// Ends reading, after which `next` throws, and returns when nothing is pulled any more: then the connection is free
  /// for whoever reads the rest. How long a client may make it wait is the connection's to bound.
  ///
  /// - Parameter isCut: the connection has no further use, so that nothing is waited for.
  func close(isCut: Bool = false) async {
    let task = state.withLock { state in
      state.isClosed = true
      return state.current
    }
    if isCut { task?.cancel() }
    await task?.value
  }

  private func pull() async throws -> [UInt8]? {
    if iterator == nil {
      watch.askForBody()
      iterator = body.makeAsyncIterator()
    }
    let buffer: ByteBuffer?
    do {
      buffer = try await iterator?.next()
    } catch {
      throw Problem(.invalid, "the request's body broke off")
    }
    guard let buffer else {
      guard watch.wasRead(request: number) else { throw Problem(.invalid, "the request's body broke off") }
      state.withLock { $0.isAtEnd = true }
      return nil
    }
    count += Int64(buffer.readableBytes)
    guard count <= limit else {
      state.withLock { $0.isTooLarge = true }
      throw Problem(.tooLarge, "the body is too large", rule: "at most \(limit) bytes")
    }
    return Array(buffer.readableBytesView)
  }
}
