import Model
import Store

/// One attempt to carry out what somebody asks for, with what reviews have said before it. Used by the closure of one
/// transaction alone.
final class ReviewPass {
  /// The most changes of one request that are looked at, and the most bytes of them.
  static let changesMax = 100
  static let bytesMax = 16 << 20

  private let docket: ReviewDocket
  /// Whether it goes on after a change that must be looked at, to find the others. Otherwise it ends at the first, before
  /// that has written anything.
  private let isThorough: Bool
  private(set) var demands: [ReviewDemand] = []
  private(set) var names: [String] = []
  private var bytes = 0
  /// The rows of records that this attempt has written.
  private var written: Set<Int64> = []

  init(_ docket: ReviewDocket, isThorough: Bool) {
    self.docket = docket
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
    guard isThorough else { throw ReviewsNeeded(demands: demands, names: names) }
    return nil
  }

  /// Ends the attempt if something is to be asked.
  func conclude() throws {
    guard demands.isEmpty else { throw ReviewsNeeded(demands: demands, names: names) }
  }

  private static let tooMany = Problem(
    .tooLarge, "too many changes have to be looked at by triggers before they are made",
    rule: "at most \(changesMax) of one request, and \(bytesMax >> 20) MiB of them", hint: "change fewer at once")
}
