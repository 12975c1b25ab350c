import Model
import Synchronization

/// The body of an answer that is there as a whole, because its run has ended.
final class WholeBody: RunBodySource {
  private let rest: Mutex<[UInt8]?>
  private let trailerFields: [HeaderField]

  init(_ bytes: [UInt8], trailers: [HeaderField]) {
    rest = Mutex(bytes.isEmpty ? nil : bytes)
    trailerFields = trailers
  }

  func next() async throws -> [UInt8]? {
    rest.withLock { rest in
      defer { rest = nil }
      return rest
    }
  }

  func trailers() async -> [HeaderField] { trailerFields }

  /// Nothing goes on that could be cancelled.
  func abandon() {}
}
