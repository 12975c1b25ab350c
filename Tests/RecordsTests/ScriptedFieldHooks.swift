import Records
import Synchronization

/// Answers questions about fields as a test wants, and remembers them.
final class ScriptedFieldHooks: FieldHooks {
  private let log = Mutex<[FieldQuestion]>([])
  private let script: @Sendable (FieldQuestion) async -> FieldAnswer

  init(_ script: @escaping @Sendable (FieldQuestion) async -> FieldAnswer) {
    self.script = script
  }

  var asked: [FieldQuestion] { log.withLock { $0 } }

  func answer(_ question: FieldQuestion) async -> FieldAnswer {
    log.withLock { $0.append(question) }
    return await script(question)
  }
}
