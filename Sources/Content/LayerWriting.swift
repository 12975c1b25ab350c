import Model

/// Writes a draft of a layer on a queue of its own, chunk after chunk.
actor LayerWriting {
  private nonisolated let executor = ContentExecutor()
  private var draft: LayerDraft?

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(_ draft: sending LayerDraft) {
    self.draft = draft
  }

  /// - Throws: `Problem`.
  func append(_ chunk: [UInt8]) throws {
    try told { try draft?.append(chunk) }
  }

  /// Makes the layer durable and gives it its name.
  func finish() throws {
    try told { try draft?.finish() }
    draft = nil
  }

  /// Removes what was written.
  func abandon() {
    draft = nil
  }

  private func told(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let failure as SystemFailure {
      throw failure.problem
    }
  }
}
