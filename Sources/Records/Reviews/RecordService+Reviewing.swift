import Model

/// Looks at changes before they are made.
extension RecordService {
  /// How many changes of one request are looked at at once.
  private static let reviewsAtOnce = 4

  /// Has changes looked at, outside of any transaction.
  ///
  /// - Throws: `DataRefusal` `conflict` if the same records were asked about too often.
  func review(_ needed: ReviewsNeeded, _ docket: inout ReviewDocket) async throws {
    guard let reviewer else { throw Problem(.internal, "a change is to be looked at, and nobody can") }
    try docket.open(needed)
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
}
