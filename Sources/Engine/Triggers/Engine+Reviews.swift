import Logging
import Model
public import Records
public import Store

/// Triggers that run before a change of a record, whose writer waits for them.
extension Engine: ChangeReviewer {
  /// The most bytes of a hook's answer about a change: a record and its names.
  private nonisolated static var longestReview: Int { 2 << 20 }

  public nonisolated func reviewers(
    of change: ProposedChange, in transaction: any RecordTransaction
  ) throws -> [ActiveTrigger] {
    guard let reactions = transaction as? any TriggerTransaction else {
      throw Problem(.internal, "the store lets nobody react to changes of data")
    }
    guard let instance = try transaction.instance(of: change.bucket) else { return [] }
    // What nobody looks for is not even read.
    let candidates = try reactions.triggers(of: instance).filter { active in
      let definition = active.trigger.definition
      return definition.moment == .before && definition.source.covers(.recordClass, change.className)
        && definition.signals.contains(change.signal)
    }
    guard !candidates.isEmpty else { return [] }
    let fact = try TriggeringFact(change, in: instance, at: clock.now)
    return candidates.contains { fact.fires($0.trigger, .before) } ? candidates : []
  }

  public nonisolated func review(_ change: ProposedChange, by triggers: [ActiveTrigger]) async -> ReviewVerdict {
    var change = change
    var author: String?
    for active in triggers {
      do {
        let fact = try TriggeringFact(change, in: active.trigger.instance, at: clock.now)
        guard fact.fires(active.trigger, .before) else { continue }
        if let reason = active.trigger.objection(to: change.cause) {
          return .failed(try await stop(active, fact, reason: reason))
        }
        switch try await answer(of: active, to: fact, change) {
        case (.approves, _): triggerMeters.count(.approved)
        case (.changes(let data), _):
          triggerMeters.count(.changed)
          change.data = data
          author = active.words
        case (.refuses(let kind, let reason, let field), let run):
          triggerMeters.count(.refused)
          return .declined(
            Decline(kind: kind, reviewer: active.words, reason: reason, field: field, run: run.text))
        }
      } catch {
        triggerMeters.count(.failed)
        return .failed(Self.failure(of: active, error))
      }
    }
    return .approved(author == nil ? nil : change.data, by: author)
  }

  private nonisolated func answer(
    of active: ActiveTrigger, to fact: TriggeringFact, _ change: ProposedChange
  ) async throws -> (ReviewAnswer, ID<Run>) {
    guard let instance = try await store.instances.find(active.trigger.instance) else {
      throw Problem(.unavailable, "its instance is not there any more")
    }
    let answer = try await ask(
      active.hook, in: instance, cause: active.cause(of: fact), payload: active.payload(for: fact),
      budget: RunBudget(active.trigger.definition.budget, of: active.words), longest: Self.longestReview)
    do {
      return (try ReviewAnswer(answer, data: change.data, id: change.id), answer.run)
    } catch {
      throw RunProblem(error, run: answer.run)
    }
  }

  /// Tells that a loop was ended.
  private nonisolated func stop(
    _ active: ActiveTrigger, _ fact: TriggeringFact, reason: String
  ) async throws -> Problem {
    let event = active.stop(fact, reason: reason)
    _ = try await store.triggers.write(bytes: 1024) { try $0.append(event) }
    triggerMeters.count(.stopped)
    await log([active.message(fact, reason: reason)])
    return Problem(.conflict, "\(active.words) looks at no change of its own: \(reason)")
  }

  /// Why nobody could say whether the change may be made. It is not the writer who has done something wrong.
  private nonisolated static func failure(of active: ActiveTrigger, _ error: any Error) -> Problem {
    let problem = (error as? RunProblem)?.problem ?? error as? Problem ?? Problem(.internal, "\(error)")
    let run = (error as? RunProblem)?.run.map { " (run \($0))" } ?? ""
    return Problem(
      .unavailable, "nothing was written, as \(active.words) could not say whether it may be: \(problem.message)\(run)",
      rule: problem.rule, retryAfterSeconds: problem.retryAfterSeconds)
  }
}

extension ActiveTrigger {
  /// What people call it.
  fileprivate var words: String { "the trigger \(hook.name)/\(trigger.name)" }
}
