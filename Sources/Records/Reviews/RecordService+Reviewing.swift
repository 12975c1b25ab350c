import Model

/// Has hooks asked that must be asked before a request can be carried out, or answered.
extension RecordService {
  /// How many hooks are asked at once for one request.
  private static let reviewsAtOnce = 4

  /// Has changes looked at, and questions about fields answered, outside of any transaction.
  ///
  /// - Throws: `DataRefusal` `conflict` if the same records were asked about too often.
  func review(_ needed: ReviewsNeeded, _ docket: inout ReviewDocket) async throws {
    try docket.open(needed)
    try await answer(needed.questions, &docket)
    guard !needed.demands.isEmpty else { return }
    guard let reviewer else { throw Problem(.internal, "a change is to be looked at, and nobody can") }
    let verdicts = await withTaskGroup(of: (ReviewDemand, ReviewVerdict).self) { group in
      var verdicts: [(ReviewDemand, ReviewVerdict)] = []
      for (index, demand) in needed.demands.enumerated() {
        if index >= Self.reviewsAtOnce, let verdict = await group.next() { verdicts.append(verdict) }
        group.addTask { (demand, await reviewer.review(demand.change, by: demand.triggers)) }
      }
      for await verdict in group { verdicts.append(verdict) }
      return verdicts
    }
    for (demand, verdict) in verdicts { docket.note(verdict, on: demand) }
  }

  private func answer(_ questions: [FieldQuestion], _ docket: inout ReviewDocket) async throws {
    guard !questions.isEmpty else { return }
    guard let fieldHooks else { throw Problem(.internal, "a hook is to be asked about a field, and nobody can") }
    let answers = await withTaskGroup(of: (FieldQuestion, FieldAnswer).self) { group in
      var answers: [(FieldQuestion, FieldAnswer)] = []
      for (index, question) in questions.enumerated() {
        if index >= Self.reviewsAtOnce, let answer = await group.next() { answers.append(answer) }
        group.addTask { (question, await fieldHooks.answer(question)) }
      }
      for await answer in group { answers.append(answer) }
      return answers
    }
    for (question, answer) in answers { docket.note(answer, to: question) }
  }
}
