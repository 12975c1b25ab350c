import Model
import Synchronization

/// How much of the memory bodies may take that are read at the same time. Small ones are not counted: of those there are
/// at most as many as connections.
final class BodyRoom: Sendable {
  static let small = 64 << 10

  private let most: Int
  private let taken = Mutex(0)

  init(most: Int) {
    self.most = most
  }

  /// Reads a body with a place for it, which it has until `use` is done.
  ///
  /// - Parameter bytes: what it has, or may have.
  /// - Throws: `Problem` `tooMany` if there is no room.
  func with<Value>(_ bytes: Int, _ use: () async throws -> Value) async throws -> Value {
    guard bytes > Self.small else { return try await use() }
    let fits = taken.withLock { taken in
      guard taken + bytes <= most else { return false }
      taken += bytes
      return true
    }
    guard fits else {
      throw Problem(
        .tooMany, "too many large bodies are read at once", rule: "\(most >> 20) MiB together", retryAfterSeconds: 1)
    }
    defer { taken.withLock { $0 -= bytes } }
    return try await use()
  }
}
