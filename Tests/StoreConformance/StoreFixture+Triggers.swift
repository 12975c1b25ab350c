import Model
import Store

extension StoreFixture {
  static func onEvent(_ kind: String = "report.finished") -> TriggerDefinition {
    TriggerDefinition(source: .event(kind))
  }

  /// A trigger that is not stored yet.
  func newTrigger(
    _ name: String = "go", of hook: Hook, _ definition: TriggerDefinition = StoreFixture.onEvent(), at seconds: Int = 0
  ) -> Trigger {
    Trigger(
      id: ID(at: time(seconds)), instance: hook.instance, hook: hook.id, hookName: hook.name, name: name,
      definition: definition, createdAt: time(seconds), updatedAt: time(seconds))
  }

  func trigger(
    _ name: String = "go", of hook: Hook, _ definition: TriggerDefinition = StoreFixture.onEvent(), at seconds: Int = 0
  ) async throws -> Trigger {
    try await store.triggers.add(
      newTrigger(name, of: hook, definition, at: seconds), most: 100, by: "key:1", at: time(seconds))
  }

  func triggers(of hook: Hook) async throws -> [Trigger] {
    try await store.triggers.list(TriggerFilter(instance: hook.instance, hook: hook.id), after: 0, limit: 1000)
  }

  /// The names of the triggers that those see who react to changes.
  func active(in instance: ID<Instance>?) async throws -> [String] {
    try await store.triggers.write(bytes: 0) { transaction in
      try transaction.triggers(of: instance).map { "\($0.hook.name)/\($0.trigger.name)" }
    }
  }

  func declare(
    triggers declared: [String: TriggerDefinition], bundle: Character, at seconds: Int = 0
  ) async throws -> Hook {
    var definition = Self.definition()
    definition.triggers = declared.sorted { $0.key < $1.key }.map {
      DeclaredTrigger(name: $0.key, definition: $0.value)
    }
    return try await store.hooks.deploy(
      instance: instance.id, name: "hello", bundle: Self.bundle(bundle), definition: definition, origin: "key:1",
      at: time(seconds)
    ).hook
  }

  /// A queued run of an order key.
  func ordered(_ seconds: Int, of hook: Hook, _ key: String?) async throws -> Run {
    var run = run(seconds, hook: hook)
    run.orderKey = key
    return try await store.runs.enqueue(run, RunBodies())
  }

  func starts(_ run: Run, at seconds: Int) async throws -> Bool {
    try await store.runs.start(run.id, host: host, at: time(seconds))
  }

  func triggerEvents() async throws -> [Event] {
    try await store.events.list(EventFilter(instance: instance.id, kind: "trigger"), limit: 100)
  }
}
