import EventLoop
import Model

/// The first record of a run whose caller waits.
///
/// It is written when the run has gone on for `delay`, or before anybody outside can learn of the run, whichever comes
/// first. A run that has ended by then is written once, with its end: most runs are short, and half of the commits is
/// half of the work.
@LoopActor
final class RunInsertion {
  /// Less than a person notices, more than most hooks take, also of interpreters that start slowly on a busy machine.
  static let delay = Duration.milliseconds(50)

  private let insert: @Sendable () async throws -> Run
  private let timer = LoopTimer()
  private var task: Task<Run, any Error>?

  init(_ insert: @escaping @Sendable () async throws -> Run) {
    self.insert = insert
    timer.start(after: Self.delay) { [weak self] in _ = self?.begin() }
  }

  /// Begins to write the record, if that has not begun.
  @discardableResult
  func begin() -> Task<Run, any Error> {
    timer.stop()
    if let task { return task }
    let insert = insert
    let task = Task.detached { try await insert() }
    self.task = task
    return task
  }

  /// To be called when the run has ended. `nil` if nothing was written: the record is to be written with the end then.
  func end() -> Task<Run, any Error>? {
    timer.stop()
    return task
  }
}
