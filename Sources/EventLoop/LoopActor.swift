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

  /// Where a task that mostly works on the loop prefers to be, also in functions that are not isolated: what it waits for
  /// resumes it there at once, without the pool of threads in between.
  ///
  /// Such functions must be short, like everything on the loop.
  public static var taskExecutor: any TaskExecutor { shared.loop.taskExecutor }

  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// Runs `body` on the loop and returns its result, as `MainActor.run` does on the main thread.
  public static func run<Value: Sendable, Failure: Error>(
    _ body: @LoopActor () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await body()
  }
}
