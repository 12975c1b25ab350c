import CLibuv

/// Tells of changes to the entries of one directory (not of those below it). Stops when it is released.
///
/// The kernel drops events when too many come at once: rescan after a burst, and slowly besides.
@LoopActor
public final class DirectoryWatcher {
  private let handle: DirectoryHandle

  /// - Parameter onChange: called with the name of the entry that appeared, went or changed, if the kernel said it.
  /// - Throws: `LoopError`, such as `ENOENT`, and `ENOSPC` when the user's inotify watches are used up.
  public init(path: String, _ onChange: @escaping @LoopActor (String?) -> Void) throws {
    handle = try DirectoryHandle(on: LoopActor.shared.loop)
    handle.onChange = { name in LoopActor.assumeIsolated { onChange(name) } }
    do {
      try handle.start(path: path)
    } catch {
      handle.close()
      throw error
    }
  }

  deinit {
    Task { @LoopActor [handle] in handle.close() }
  }

  public func close() {
    handle.close()
  }
}
