public import Model

/// The keys by which callers say that a request is the one that they sent before.
public protocol IdempotencyStore: Sendable {
  /// Who has the claim at `time`, whatever its fingerprint is; `nil` if it is free.
  func find(_ claim: IdempotencyClaim, at time: Timestamp) async throws -> IdempotencyRecord?

  /// Stores a run that has not ended together with its claim, or neither.
  ///
  /// - Parameter most: how many claims the instance may have.
  /// - Returns: the run with its serial number.
  /// - Throws: `Problem` `conflict` with field `IdempotencyClaim.field` if somebody has the claim, `tooMany` if the
  ///   instance has as many as it may, and what `RunStore.enqueue` throws.
  func enqueue(
    _ run: Run, _ bodies: RunBodies, under claim: IdempotencyClaim, at time: Timestamp, most: Int
  ) async throws -> Run
}
