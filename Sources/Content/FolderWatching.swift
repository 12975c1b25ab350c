/// Makes watches of single directories. A seam, so that tests decide when a change is noticed.
protocol FolderWatching: Sendable {
  /// - Parameter onChange: called with the name of the entry that changed, if it is known.
  func watch(_ path: String, onChange: @escaping @Sendable (String?) async -> Void) async throws -> any FolderWatch
}

/// A watch that goes on until it is closed.
protocol FolderWatch: Sendable {
  func close() async
}
