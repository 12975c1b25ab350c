import Model
import Records

/// What a hook says of a change that it looks at before it is made.
enum ReviewAnswer: Equatable {
  case approves
  /// The record shall be this, without its id.
  case changes([String: JSONValue])
  case refuses(Decline.Kind, reason: String, field: String?)

  private static let members = ["record", "patch", "refuse", "field"]

  /// - Parameters:
  ///   - data: what the record shall be so far; `nil` for a deletion.
  ///   - id: its id, where it has one.
  /// - Throws: `Problem` `runFailed` for what is no such answer.
  init(_ answer: HookAnswer, data: [String: JSONValue]?, id: JSONValue?) throws(Problem) {
    guard answer.status < 500 else { throw Problem(.runFailed, "it answered with the status \(answer.status)") }
    guard answer.status < 400 else {
      self = Self.refusal(answer)
      return
    }
    guard let value = try answer.value() else {
      self = .approves
      return
    }
    guard let members = value.objectValue else { throw Self.unfit("no object") }
    if let unknown = members.keys.sorted().first(where: { !Self.members.contains($0) }) {
      throw Self.unfit("an object with the member \(unknown.prefix(80))")
    }
    if let reason = members["refuse"] {
      guard members["record"] == nil, members["patch"] == nil, let reason = reason.stringValue else {
        throw Self.unfit("a refusal that is no text, or not alone")
      }
      self = .refuses(.invalid, reason: reason, field: members["field"]?.stringValue)
      return
    }
    guard members["field"] == nil else { throw Self.unfit("a field without a refusal") }
    guard members["record"] != nil || members["patch"] != nil else {
      self = .approves
      return
    }
    guard let data else { throw Self.unfit("a record, where one is to be deleted") }
    self = .changes(try Self.record(members, data, id))
  }

  private static func record(
    _ members: [String: JSONValue], _ data: [String: JSONValue], _ id: JSONValue?
  ) throws(Problem) -> [String: JSONValue] {
    guard members["record"] == nil || members["patch"] == nil else { throw unfit("both a record and a patch") }
    var record = data
    record["id"] = id
    guard
      var changed = (members["record"] ?? members["patch"].map { JSONValue.object(record).merged(with: $0) })?
        .objectValue
    else { throw unfit("a record or a patch that is no object") }
    guard changed["id"] == nil || changed["id"] == record["id"] else { throw unfit("a record with another id") }
    for member in ["id", "last_modified", "deleted"] { changed[member] = nil }
    return changed
  }

  /// A status says it as well; what came with it is the reason.
  private static func refusal(_ answer: HookAnswer) -> ReviewAnswer {
    let kind: Decline.Kind =
      switch answer.status {
      case 401, 403: .forbidden
      case 409, 412: .conflict
      default: .invalid
      }
    let members = ((try? answer.value()) ?? nil)?.objectValue
    let text = String(decoding: answer.body.prefix(4 * Decline.longestReason), as: UTF8.self)
    let reason = members?["refuse"]?.stringValue ?? members?["message"]?.stringValue ?? text
    return .refuses(
      kind, reason: reason.isEmpty ? "with the status \(answer.status)" : reason,
      field: members?["field"]?.stringValue)
  }

  private static func unfit(_ what: String) -> Problem {
    Problem(
      .runFailed, "it answered with \(what)",
      rule: "nothing, {\"record\": {…}}, {\"patch\": {…}} or {\"refuse\": \"why\"}")
  }
}
