import Model
import Synchronization

/// What a snapshot has answered, in the order of the questions: whoever asks the same again sees the same state, though
/// the snapshot is gone.
final class SnapshotLog: Sendable {
  private struct Entry: Sendable {
    var question: String
    var answer: Result<any Sendable, any Error>
  }

  private struct Box<Value: Sendable>: Sendable {
    var value: Value
  }

  private let entries = Mutex<(all: [Entry], next: Int)>(([], 0))

  func record<Value: Sendable>(_ question: String, _ ask: () throws -> Value) throws -> Value {
    let result = Result(catching: ask)
    let entry = Entry(question: question, answer: result.map { Box(value: $0) as any Sendable })
    entries.withLock { $0.all.append(entry) }
    return try result.get()
  }

  func recall<Value: Sendable>(_ question: String) throws -> Value {
    let entry = entries.withLock { entries -> Entry? in
      guard entries.next < entries.all.count else { return nil }
      defer { entries.next += 1 }
      return entries.all[entries.next]
    }
    guard let entry, entry.question == question, let box = try entry.answer.get() as? Box<Value> else {
      throw Problem(.internal, "a read that is repeated asks for something else: \(question)")
    }
    return box.value
  }
}
