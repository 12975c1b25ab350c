import Model
import Store

/// One attempt to carry out what somebody asks for, with what reviews have said before it. Used by the closure of one
/// transaction alone.
final class ReviewPass {
  /// The most changes of one request that are looked at, and the most bytes of them; of questions about fields as many,
  /// and twice the bytes.
  static let changesMax = 100
  static let bytesMax = 16 << 20

  /// What an attempt does with computed fields of records that it shows.
  enum Showing {
    /// It ends when there is one, to be made anew so that it can be repeated.
    case unprepared
    /// It asks for them.
    case asking
    /// It leaves them out: it changes something, and who is told that it failed must be able to believe it.
    case leavingOut
  }

  private let docket: ReviewDocket
  /// Whether it goes on after a change that must be looked at, to find the others. Otherwise it ends at the first, before
  /// that has written anything.
  private let isThorough: Bool
  private let showing: Showing
  /// Whether computed fields were left out.
  private(set) var hasLeftOut = false
  private(set) var questions: [FieldQuestion] = []
  private(set) var demands: [ReviewDemand] = []
  private(set) var names: [String] = []
  private var bytes = 0
  /// The rows of records that this attempt has written.
  private var written: Set<Int64> = []

  init(_ docket: ReviewDocket, isThorough: Bool, showing: Showing = .leavingOut) {
    self.docket = docket
    self.showing = showing
    self.isThorough = isThorough
  }

  /// A new name, the same one in each attempt.
  func name(_ make: () -> String) -> String {
    let name = names.count < docket.names.count ? docket.names[names.count] : make()
    names.append(name)
    return name
  }

  func noteWriting(of object: StoredObject) {
    if object.kind == .record { written.insert(object.row) }
  }

  /// A record as a change finds it. What this attempt has written itself gets another row and moment in the next one, so
  /// it has none.
  func unstamped(_ object: StoredObject?) throws -> StoredObject? {
    guard var object, written.contains(object.row) else { return object }
    var members = try DraftBody.members(of: object)
    members["last_modified"] = nil
    object.data = JSONValue.object(members).serializedBytes
    object.row = 0
    object.modified = 0
    return object
  }

  /// What was said of the change; `nil` if it is to be asked first.
  func verdict(on demand: ReviewDemand) throws -> ReviewVerdict? {
    if let known = docket.verdicts[demand] { return known }
    guard demands.count < Self.changesMax else { throw Self.tooMany }
    bytes += demand.change.estimatedBytes
    guard bytes <= Self.bytesMax || demands.isEmpty else { throw Self.tooMany }
    demands.append(demand)
    guard isThorough else { throw needed }
    return nil
  }

  private var needed: ReviewsNeeded { ReviewsNeeded(demands: demands, questions: questions, names: names) }

  /// Whether values of computed fields are to be shown.
  func computesValues() throws -> Bool {
    switch showing {
    case .unprepared: throw ComputedValuesWanted()
    case .asking: return true
    case .leavingOut:
      hasLeftOut = true
      return false
    }
  }

  /// What a hook says of a field; `nil` if it is to be asked first.
  func answer(to question: FieldQuestion) throws -> FieldAnswer? {
    if let known = docket.answers[question] { return known }
    guard questions.count < Self.changesMax else { throw Self.tooMany }
    bytes += question.estimatedBytes
    guard bytes <= 2 * Self.bytesMax || questions.isEmpty else { throw Self.tooMany }
    questions.append(question)
    guard isThorough else { throw needed }
    return nil
  }

  /// Ends the attempt if something is to be asked.
  func conclude() throws {
    guard demands.isEmpty, questions.isEmpty else { throw needed }
  }

  private static let tooMany = Problem(
    .tooLarge, "hooks would have to be asked too much for one request",
    rule: "at most \(changesMax) changes or questions, and \(bytesMax >> 20) MiB of changes",
    hint: "ask for less at once")
}
