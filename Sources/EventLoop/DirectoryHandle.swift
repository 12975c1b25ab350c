import CLibuv

/// `uv_fs_event_t`. Sendable for the reason that `LoopHandle` gives.
final class DirectoryHandle: LoopHandle, @unchecked Sendable {
  /// Called with the name of the entry that changed, if it is known.
  var onChange: ((String?) -> Void)?

  init(on loop: EventLoop) throws(LoopError) {
    try super.init(UV_FS_EVENT, on: loop) {
      uv_fs_event_init(loop.raw, $0.assumingMemoryBound(to: uv_fs_event_t.self))
    }
  }

  func start(path: String) throws(LoopError) {
    let status = uv_fs_event_start(pointer(), directoryChanged, path, 0)
    guard status == 0 else { throw LoopError(code: status) }
  }

  override func forgetCallbacks() { onChange = nil }
}
