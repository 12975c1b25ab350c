import CLibuv

/// Watches a descriptor that somebody else owns, and which must stay open until `close`.
@LoopActor
public final class DescriptorPoll {
  public struct Events: OptionSet, Hashable, Sendable {
    public let rawValue: Int32

    public init(rawValue: Int32) {
      self.rawValue = rawValue
    }

    public static let readable = Events(rawValue: Int32(UV_READABLE.rawValue))
    public static let writable = Events(rawValue: Int32(UV_WRITABLE.rawValue))
    /// The peer has closed its end, or half of it.
    public static let disconnect = Events(rawValue: Int32(UV_DISCONNECT.rawValue))
  }

  private let handle: PollHandle

  /// Makes the descriptor non-blocking.
  ///
  /// - Throws: `LoopError`, such as `EEXIST` when it is watched already and `EPERM` when it is a regular file.
  public init(descriptor: Int32) throws {
    handle = try PollHandle(descriptor, on: LoopActor.shared.loop)
  }

  deinit {
    Task { @LoopActor [handle] in handle.close() }
  }

  /// Calls `body` in each turn of the loop in which one of `events` holds (so they are levels, not edges), until `stop`; after
  /// a failure, which is an error condition on the descriptor, the watch has stopped. Replaces the watch before.
  ///
  /// - Throws: `LoopError`; `closed` after `close`.
  public func start(_ events: Events, _ body: @escaping @LoopActor (Result<Events, LoopError>) -> Void) throws {
    guard !handle.isClosed else { throw LoopError.closed }
    handle.onReady = { status, ready in
      LoopActor.assumeIsolated {
        body(status < 0 ? .failure(LoopError(code: status)) : .success(Events(rawValue: ready)))
      }
    }
    try handle.start(events.rawValue)
  }

  public func stop() {
    guard !handle.isClosed else { return }
    handle.stop()
    handle.onReady = nil
  }

  /// Ends the watch for good; the descriptor may be closed when this returns.
  public func close() {
    handle.close()
  }
}
