public import Model

/// Where the body of an answer comes from: a run, or a test that plays one.
public protocol RunBodySource: Sendable {
  /// The next chunk; `nil` after the last one.
  func next() async throws -> [UInt8]?
  func trailers() async -> [HeaderField]
  /// Says that nobody will call `next` again.
  func abandon()
}
