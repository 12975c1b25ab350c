import Model
import Synchronization

/// How many bytes of large bodies the server holds at once; what goes beyond is refused, not kept waiting.
final class BodyBudget: Sendable {
  private let capacity: Int
  private let used = Mutex(0)

  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Reads a whole body, and holds it until `use` returns.
  ///
  /// - Throws: `Problem` `tooMany` when others hold too much, `tooLarge` beyond `limit` bytes, and what `use` throws.
  func reading<Value>(
    _ body: RequestBodyReader, limit: Int, _ use: ([UInt8]) async throws -> Value
  ) async throws -> Value {
    let problem = Problem(.tooLarge, "the body is too large", rule: "at most \(limit) bytes")
    if let declared = body.declaredLength, declared > limit { throw problem }
    var bytes: [UInt8] = []
    var held = 0
    defer { used.withLock { [held] in $0 -= held } }
    while let chunk = try await body.next() {
      guard bytes.count + chunk.count <= limit else { throw problem }
      try take(chunk.count)
      held += chunk.count
      bytes += chunk
    }
    return try await use(bytes)
  }

  private func take(_ count: Int) throws {
    let fits = used.withLock { used in
      guard used + count <= capacity else { return false }
      used += count
      return true
    }
    guard fits else {
      throw Problem(.tooMany, "others deploy so much that there is no room", retryAfterSeconds: 2)
    }
  }
}
