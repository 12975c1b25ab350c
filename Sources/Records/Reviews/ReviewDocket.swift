import Model
import Store

/// What has been said so far of the changes that a request makes.
struct ReviewDocket: Sendable {
  /// Where a change is made.
  private struct Place: Hashable {
    var recordClass: Int64
    var id: JSONValue?
  }

  /// How often changes of one record are looked at because others have changed it meanwhile.
  static let attemptsMax = 3
  /// How often the reviews of one request are taken up at all.
  private static let roundsMax = 40

  private(set) var verdicts: [ReviewDemand: ReviewVerdict] = [:]
  /// What hooks have said of fields.
  private(set) var answers: [FieldQuestion: FieldAnswer] = [:]
  /// The names that the request has made for new objects, in their order.
  private(set) var names: [String] = []
  private var rounds = 0
  /// In how many rounds a change of a record was asked about, and about how many changes of it at most in one.
  private var asked: [Place: (rounds: Int, changes: Int)] = [:]

  /// Takes note that these are asked about.
  ///
  /// - Throws: `DataRefusal` `conflict` if that was so too often, because what is there goes on changing.
  mutating func open(_ needed: ReviewsNeeded) throws {
    names = needed.names
    rounds += 1
    guard rounds <= Self.roundsMax else {
      throw DataRefusal.conflict("what hooks were asked about was changed by others again and again")
    }
    var counts: [Place: Int] = [:]
    for demand in needed.demands {
      counts[Place(recordClass: demand.change.classRow, id: demand.change.id), default: 0] += 1
    }
    for (place, count) in counts {
      var known = asked[place] ?? (0, 0)
      known = (known.rounds + 1, max(known.changes, count))
      asked[place] = known
      // What follows a change of the same record in the same request can only be asked about when that has its answer.
      guard known.rounds < Self.attemptsMax + known.changes else {
        throw DataRefusal.conflict(
          "the record was changed by others while triggers looked at the change; \(Self.attemptsMax) attempts were made"
        )
      }
    }
  }

  mutating func note(_ answer: FieldAnswer, to question: FieldQuestion) { answers[question] = answer }

  mutating func note(_ verdict: ReviewVerdict, on demand: ReviewDemand) { verdicts[demand] = verdict }
}
