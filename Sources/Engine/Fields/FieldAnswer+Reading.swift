import Model
import Records

extension FieldAnswer {
  /// Reads what a hook has answered.
  ///
  /// - Throws: `Problem` `runFailed` for what is no answer to the question.
  init(_ answer: HookAnswer, to question: FieldQuestion) throws(Problem) {
    guard answer.status < 500 else { throw Problem(.runFailed, "it answered with the status \(answer.status)") }
    let value = answer.status < 400 ? try answer.value() : nil
    if case .values(let records) = question.kind {
      guard answer.status < 400 else { throw Problem(.runFailed, "it answered with the status \(answer.status)") }
      self = try Self.values(value, for: records)
      return
    }
    if let decline = try Self.decline(answer, value, of: question) {
      self = .declined(decline)
      return
    }
    guard case .patch = question.kind else {
      guard value == true else { throw Self.unfit("true, false or {\"refuse\": \"why\"}") }
      self = .admitted
      return
    }
    guard let value else {
      self = .patch([:])
      return
    }
    guard let members = value.objectValue, members.count == 1, let patch = members["patch"]?.objectValue else {
      throw Self.unfit("nothing, {\"patch\": {…}} or {\"refuse\": \"why\"}")
    }
    self = .patch(patch)
  }

  private static func values(_ value: JSONValue?, for records: [JSONValue]) throws(Problem) -> FieldAnswer {
    guard let values = value?.arrayValue else { throw unfit("a list with a value for each of the records") }
    guard values.count == records.count else {
      throw Problem(.runFailed, "it answered with \(values.count) values for \(records.count) records")
    }
    return .values(values)
  }

  private static func decline(
    _ answer: HookAnswer, _ value: JSONValue?, of question: FieldQuestion
  ) throws(Problem) -> Decline? {
    let reviewer = "the hook \(question.hook)"
    if answer.status >= 400 {
      guard case .refuses(let kind, let reason, let field) = try ReviewAnswer(answer, data: nil, id: nil) else {
        return nil
      }
      return Decline(kind: kind, reviewer: reviewer, reason: reason, field: field, run: answer.run.text)
    }
    if value == false, case .admission = question.kind {
      return Decline(
        kind: .invalid, reviewer: reviewer, reason: "\(question.field) may not be changed", field: nil,
        run: answer.run.text)
    }
    guard let members = value?.objectValue, let reason = members["refuse"] else { return nil }
    guard let reason = reason.stringValue, members.keys.allSatisfy({ ["refuse", "field"].contains($0) }) else {
      throw unfit("a refusal as {\"refuse\": \"why\"}")
    }
    return Decline(
      kind: .invalid, reviewer: reviewer, reason: reason, field: members["field"]?.stringValue, run: answer.run.text)
  }

  private static func unfit(_ rule: String) -> Problem {
    Problem(.runFailed, "it answered with something else than it was asked for", rule: rule)
  }
}
