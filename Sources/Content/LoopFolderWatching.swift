import EventLoop

/// Watches directories on the event loop.
struct LoopFolderWatching: FolderWatching {
  @LoopActor
  private final class Watch: FolderWatch {
    private let watcher: DirectoryWatcher

    init(_ watcher: DirectoryWatcher) {
      self.watcher = watcher
    }

    func close() {
      watcher.close()
    }
  }

  @LoopActor
  func watch(_ path: String, onChange: @escaping @Sendable (String?) async -> Void) async throws -> any FolderWatch {
    Watch(try DirectoryWatcher(path: path) { name in Task { await onChange(name) } })
  }
}
