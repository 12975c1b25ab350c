import Model
import Synchronization

/// The log of one step, which its two pipes write to.
final class PreparationLines: Sendable {
  private let log = Mutex(PreparationLog())

  func append(_ chunk: [UInt8]) -> [String] { log.withLock { $0.append(chunk) } }

  func finish() -> [String] { log.withLock { $0.finish() } }

  func explain(_ problem: Problem, paths: [String]) -> Problem { log.withLock { $0.explain(problem, paths: paths) } }
}
