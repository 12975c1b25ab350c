import CLibuv

// The one place where C re-enters Swift. libuv calls these functions on the thread of the loop that owns the handle.
// A handle's `data` is a retained `LoopHandle` from its initialisation until `handleClosed`, so it is valid in each.

let timerFired: uv_timer_cb = { timer in
  guard let data = timer?.pointee.data else { return }
  Unmanaged<TimerHandle>.fromOpaque(data).takeUnretainedValue().onFire?()
}

let pollReady: uv_poll_cb = { poll, status, events in
  guard let data = poll?.pointee.data else { return }
  Unmanaged<PollHandle>.fromOpaque(data).takeUnretainedValue().onReady?(status, events)
}

let directoryChanged: uv_fs_event_cb = { watcher, name, _, _ in
  guard let data = watcher?.pointee.data else { return }
  let handle = Unmanaged<DirectoryHandle>.fromOpaque(data).takeUnretainedValue()
  handle.onChange?(name.map { String(cString: $0) })
}

let signalArrived: uv_signal_cb = { signal, _ in
  guard let data = signal?.pointee.data else { return }
  Unmanaged<SignalHandle>.fromOpaque(data).takeUnretainedValue().onSignal?()
}

let processExited: uv_exit_cb = { process, status, signal in
  guard let data = process?.pointee.data else { return }
  Unmanaged<ProcessHandle>.fromOpaque(data).takeUnretainedValue().onExit?(status, signal)
}

/// Balances the retain of `LoopHandle.open` and frees the C memory, which libuv needs until now.
let handleClosed: uv_close_cb = { handle in
  guard let handle else { return }
  if let data = handle.pointee.data { Unmanaged<LoopHandle>.fromOpaque(data).release() }
  UnsafeMutableRawPointer(handle).deallocate()
}

/// Runs before each wait for I/O, so that whatever the callbacks of this turn enqueued needs no wake-up of its own.
let turnPrepared: uv_prepare_cb = { prepare in
  guard let data = prepare?.pointee.data else { return }
  Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue().drain()
}

extension LoopActor {
  /// Calls `body`, which needs the actor, from code that runs on the loop's thread but not in a task, as C callbacks do.
  /// Traps anywhere else.
  static func assumeIsolated<Value: Sendable>(_ body: @LoopActor () -> Value) -> Value {
    shared.preconditionIsolated()
    // The cast only drops the isolation from the type, whose demand was just checked: a function value that is isolated to a
    // global actor and one that is not are the same machine code. `MainActor.assumeIsolated` does the same.
    return withoutActuallyEscaping(body) { unsafeBitCast($0, to: (() -> Value).self)() }
  }
}
