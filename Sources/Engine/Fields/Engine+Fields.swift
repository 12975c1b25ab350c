import Model
public import Records
import Store

/// Hooks that classes name for their fields, while a reader or a writer waits for them.
extension Engine: FieldHooks {
  /// How long one of them may take.
  nonisolated static var fieldBudget: Duration { .seconds(5) }
  private nonisolated static var longestAnswer: Int { 8 << 20 }

  public nonisolated func answer(_ question: FieldQuestion) async -> FieldAnswer {
    do {
      if let cause = question.cause, cause.depth > Trigger.deepest {
        throw Problem(.conflict, "what asks for it is \(cause.depth) deep in runs, and \(Trigger.deepest) is the most")
      }
      guard let instance = try await store.instances.find(question.instance),
        let hook = try await store.hooks.find(instance: instance.id, name: question.hook)
      else { throw Problem(.notFound, "there is no such hook") }
      let answer = try await ask(
        hook, in: instance,
        cause: RunCause(
          kind: .field, parent: question.cause?.parent, depth: question.cause?.depth ?? 0,
          chain: question.cause?.chain ?? []),
        payload: question.payload, budget: RunBudget(Self.fieldBudget, of: "the field \(question.fieldWords)"),
        longest: Self.longestAnswer)
      do {
        return try FieldAnswer(answer, to: question)
      } catch {
        throw RunProblem(error, run: answer.run)
      }
    } catch {
      return .failed(Self.failure(of: question, error))
    }
  }

  private nonisolated static func failure(of question: FieldQuestion, _ error: any Error) -> Problem {
    let problem = (error as? RunProblem)?.problem ?? error as? Problem ?? Problem(.internal, "\(error)")
    let run = (error as? RunProblem)?.run.map { " (run \($0))" } ?? ""
    let what =
      switch question.kind {
      case .values: "could not be computed"
      case .patch, .admission: "could not be written"
      }
    return Problem(
      .unavailable, "\(question.fieldWords) \(what) by the hook \(question.hook): \(problem.message)\(run)",
      field: question.field, rule: problem.rule, retryAfterSeconds: problem.retryAfterSeconds)
  }
}

extension FieldQuestion {
  var fieldWords: String { "\(className).\(field)" }

  /// What its hook is told.
  var payload: JSONValue {
    var members: [String: JSONValue] = [
      "class": .string(className), "field": .string(field), "user": user.map(JSONValue.string) ?? .null,
    ]
    switch kind {
    case .values(let records):
      members["ask"] = "get"
      members["records"] = .array(records)
    case .patch(let record, let value):
      members["ask"] = "set"
      members["record"] = record
      members["value"] = value
    case .admission(let record, let value):
      members["ask"] = "writable"
      members["record"] = record
      members["value"] = value
    }
    return .object(members)
  }
}
