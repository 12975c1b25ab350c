import GRDB
import Model
import Store

/// A transaction of the writer, as those who react to a change see it. It is used on the writer's thread alone, and not
/// after the closure that was lent it.
final class SQLiteTriggerTransaction: TriggerTransaction {
  private let database: Database
  private let hooks: SQLiteHookStore
  /// What is to be done when it is on the disk.
  private(set) var actions: [@Sendable () -> Void] = []

  init(_ database: Database, hooks: SQLiteHookStore) {
    self.database = database
    self.hooks = hooks
  }

  func triggers(of instance: ID<Instance>?) throws -> [ActiveTrigger] {
    try hooks.connection.triggers.triggers(of: instance?.text) {
      let condition =
        instance == nil
        ? "t.instance = (SELECT id FROM instances WHERE name = ? AND removed_at IS NULL)" : "t.instance = ?"
      let found = try database.rows(
        "SELECT \(Trigger.columns) FROM \(Trigger.tables) WHERE \(condition) AND t.is_enabled = 1 ORDER BY t.serial",
        [instance?.text ?? "main"]
      ) { try Trigger(&$0) }
      var known: [ID<Hook>: Hook] = [:]
      return try found.compactMap { trigger in
        guard let hook = try known[trigger.hook] ?? hooks.find(trigger.hook, in: database) else { return nil }
        known[hook.id] = hook
        // What somebody must see before it is made is not made because they were switched off.
        let isActive = hook.isEnabled || trigger.definition.moment == .before
        return isActive ? ActiveTrigger(trigger: trigger, hook: hook) : nil
      }
    }
  }

  func enqueue(_ run: Run, _ bodies: RunBodies) throws -> Run {
    guard !run.status.isFinal || run.status == .blocked else {
      throw Problem(.invalid, "a run that ended is recorded, not queued", field: "status")
    }
    let key = try hooks.connection.definitions.key(of: run.definition, in: database)
    let stored = try EncodedRun(run, definition: key).insert(into: database)
    try requireRoom(for: stored)
    try EncodedBodies(bodies).insert(of: stored, into: database)
    return stored
  }

  func append(_ event: Event) throws -> Event { try database.append(event) }

  /// Forgets what is to be done for a part of the transaction that was undone.
  func forgetActions(after count: Int) { actions.removeSubrange(count...) }

  func afterCommit(_ action: @escaping @Sendable () -> Void) { actions.append(action) }

  /// - Parameter run: with its serial number.
  private func requireRoom(for run: Run) throws {
    guard run.status == .queued, let hook = run.hook else { return }
    let most = RunAftermath.mostTriggered
    let counts = hooks.connection.triggeredRuns
    if let known = counts[hook], known.most(at: run.serial) <= most { return }
    let count: Int? = try database.value(
      "SELECT COUNT(*) FROM (SELECT 1 FROM runs WHERE hook = ? AND status = 'queued' LIMIT ?)",
      [hook.text, most + 1])
    // Also if this transaction fails, no more are queued than this, as far as serial numbers have come.
    counts.note([hook: QueuedRuns.Count(runs: count ?? 0, serial: run.serial)])
    guard count ?? 0 <= most else {
      throw Problem(
        .tooMany, "\(most) runs of the hook \(run.hookName ?? "") wait, so that no trigger can start one more",
        hint: "try again later, or disable the trigger", retryAfterSeconds: 10)
    }
  }
}
