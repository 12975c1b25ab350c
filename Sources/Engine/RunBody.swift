/// The body of a run's answer. Iterate it once; an iteration that throws means that the run failed after its head was
/// sent, and that the connection must be cut rather than ended cleanly.
public struct RunBody: AsyncSequence, Sendable {
  public typealias Element = [UInt8]

  let source: any RunBodySource

  public init(_ source: any RunBodySource) {
    self.source = source
  }

  public func makeAsyncIterator() -> Iterator { Iterator(source: source) }

  public struct Iterator: AsyncIteratorProtocol {
    let source: any RunBodySource

    public mutating func next() async throws -> [UInt8]? { try await source.next() }
  }
}
