public import EventLoop
public import Sandbox

/// A way to get from a hook's files to a running process: a fresh one, a fork of a warm one, …
///
/// Whatever it does, user code runs inside a sandbox of its own, as the child of that sandbox's init.
@LoopActor
public protocol StartStrategy: Sendable {
  /// - Throws: `Problem` with code `unavailable` if this host lacks the runtime, or what the launcher throws.
  func start(_ request: StartRequest) throws -> SandboxedProcess
}
