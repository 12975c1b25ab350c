/// A body that is pulled chunk by chunk, so that nobody holds more of it than one chunk.
public struct RunInputStream: Sendable {
  private let pull: @Sendable () async throws -> [UInt8]?

  /// - Parameter next: gives the next chunk, `nil` after the last one, and throws when the caller went away or sent
  ///   what it must not. It is never called twice at once.
  public init(_ next: @escaping @Sendable () async throws -> [UInt8]?) {
    pull = next
  }

  public func next() async throws -> [UInt8]? { try await pull() }
}
