import Model
import Records
import Store
import Synchronization

/// Looks at every change of the class `c`, and says what a test wants.
final class ScriptedReviewer: ChangeReviewer {
  typealias Script = @Sendable (ProposedChange, Int) async -> ReviewVerdict

  private let log = Mutex<[ProposedChange]>([])
  private let script: Script

  init(_ script: @escaping Script) {
    self.script = script
  }

  /// All that it was shown.
  var seen: [ProposedChange] { log.withLock { $0 } }

  func reviewers(of change: ProposedChange, in transaction: any RecordTransaction) throws -> [ActiveTrigger] {
    guard change.className == "c" else { return [] }
    return [Self.trigger]
  }

  func review(_ change: ProposedChange, by triggers: [ActiveTrigger]) async -> ReviewVerdict {
    let count = log.withLock { log in
      log.append(change)
      return log.count
    }
    return await script(change, count)
  }

  private static let trigger: ActiveTrigger = {
    let time = Timestamp(microseconds: 1)
    let instance = ID<Instance>(at: time)
    let hook = ID<Hook>(at: time)
    return ActiveTrigger(
      trigger: Trigger(
        id: ID(at: time), instance: instance, hook: hook, hookName: "judge", name: "go",
        definition: TriggerDefinition(source: .recordClass("c"), moment: .before), createdAt: time, updatedAt: time),
      hook: Hook(
        id: hook, instance: instance, serial: 1, name: "judge",
        version: HookVersion(
          id: ID(at: time), number: 1, bundle: Bundle(hash: "a", size: 1, fileCount: 1),
          definition: HookDefinition(runtime: "executable", entry: "main"), createdAt: time), createdAt: time,
        updatedAt: time))
  }()
}
