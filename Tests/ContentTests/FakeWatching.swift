import Synchronization

@testable import Content

/// Watches that notice what a test tells them.
final class FakeWatching: FolderWatching {
  private struct Watch: FolderWatch {
    let onClose: @Sendable () -> Void
    func close() async { onClose() }
  }

  private struct State {
    var next = 0
    var watches: [Int: (path: String, onChange: @Sendable (String?) async -> Void)] = [:]
  }

  private let state = Mutex(State())

  /// The watched paths, sorted.
  var paths: [String] { state.withLock { $0.watches.values.map(\.path).sorted() } }

  func watch(_ path: String, onChange: @escaping @Sendable (String?) async -> Void) async throws -> any FolderWatch {
    let number = state.withLock { state in
      state.next += 1
      state.watches[state.next] = (path, onChange)
      return state.next
    }
    return Watch { self.state.withLock { $0.watches[number] = nil } }
  }

  /// Tells of a change, and returns when it was heard.
  func change(_ name: String?, in path: String) async {
    for watch in state.withLock({ $0.watches.values.filter { $0.path == path } }) { await watch.onChange(name) }
  }
}
