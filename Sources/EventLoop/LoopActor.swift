/// The global actor whose thread is the event loop: what is isolated to it may use libuv's handles.
///
/// ```swift
/// @LoopActor func ring() {
///   timer.start(after: .seconds(1)) { print("a second has passed") }
/// }
/// ```
///
/// Never block it: it serves every run's pipes, timers and processes.
@globalActor
public actor LoopActor {
  public static let shared = LoopActor()

  /// The process's loop; its thread starts with the first use of the actor and lives as long as the process.
  nonisolated let loop = EventLoop(name: "grapnel-loop")

  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// Runs `body` on the loop and returns its result, as `MainActor.run` does on the main thread.
  public static func run<Value: Sendable, Failure: Error>(
    _ body: @LoopActor () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await body()
  }
}
