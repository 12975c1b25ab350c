public import Model
import Schema
import Store

extension Engine {
  /// Makes a new first attempt of a dead letter, with the same payload, input and request, and the version of its hook
  /// that is active now.
  ///
  /// - Parameters:
  ///   - id: of the letter, which is that of its last attempt.
  ///   - key: who asks.
  /// - Returns: the run, which is queued.
  /// - Throws: `Problem` `notFound` if there is no such letter; `conflict` if it was redriven before, if its input was
  ///   not kept whole, or its hook is gone; `invalid` if the payload breaks the rules that the hook has now; `tooMany`
  ///   if there is no room in the hook's queue.
  public nonisolated func redrive(_ id: ID<Run>, by key: ID<Key>) async throws -> Run {
    guard let letter = try await store.deadLetters.find(id), let bodies = try await store.runs.bodies(id) else {
      throw Problem(.notFound, "there is no such dead letter")
    }
    if let other = letter.redrivenAs {
      throw Problem(.conflict, "the dead letter was redriven before, as run \(other)")
    }
    guard !bodies.isInputCut else {
      throw Problem(
        .conflict, "the dead letter's input is longer than a trace keeps, so that it cannot be sent again",
        hint: "whoever sent it must send it again; asynchronous runs keep theirs whole")
    }
    guard let hook = try await activeHook(of: letter.run) else {
      throw Problem(.conflict, "the dead letter's hook is not there any more")
    }
    guard hook.isEnabled else { throw Problem(.conflict, "the hook \(hook.name) is disabled") }
    let definition = hook.version.definition
    if let (_, problem) = obstacle(to: definition) { throw problem }
    var payload = bodies.payload ?? .null
    if let declaration = definition.parameters {
      payload = try schemas.schema(for: declaration).validate(payload, coercingText: [])
    }
    let now = clock.now
    let run = Run(
      id: ID(at: now), instance: letter.run.instance, hook: hook.id, hookName: hook.name,
      bundleHash: hook.version.bundle.hash, definition: definition,
      cause: RunCause(kind: .manual, parent: id, key: key), isAsynchronous: true, queuedAt: now,
      request: letter.run.request, isFailureReport: letter.run.isFailureReport,
      orderKey: letter.run.orderKey)
    let (store, kept) = (store, RunBodies(payload: payload, input: bodies.input))
    do {
      return try await promise(run) {
        try await store.deadLetters.redrive(id, as: run, kept, by: "key:\(key)", at: now)
      }
    } catch {
      throw error.problem
    }
  }

  private nonisolated func activeHook(of run: Run) async throws -> Hook? {
    guard let id = run.hook else { return nil }
    if let hook = try await store.hooks.find(id) { return hook }
    // A hook that was taken away and came back under its name has another id.
    guard let name = run.hookName else { return nil }
    return try await store.hooks.find(instance: run.instance, name: name)
  }
}
