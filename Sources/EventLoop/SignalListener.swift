import CLibuv

/// Calls back when the process gets a signal, whose default effect it replaces. Stops when it is released.
@LoopActor
public final class SignalListener {
  private let handle: SignalHandle

  /// - Throws: `LoopError`, such as `EINVAL` for a signal that cannot be caught.
  public init(signal: Int32, _ body: @escaping @LoopActor () -> Void) throws {
    let loop = LoopActor.shared.loop
    handle = try SignalHandle(on: loop)
    handle.onSignal = { LoopActor.assumeIsolated(body) }
    do {
      try handle.start(signal)
    } catch {
      handle.close()
      throw error
    }
    loop.unblock(signal)
  }

  deinit {
    Task { @LoopActor [handle] in handle.close() }
  }

  public func close() {
    handle.close()
  }
}
