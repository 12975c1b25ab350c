import Model
import Store

/// What an object shall be after a request, decided before anything is written.
struct ObjectDraft {
  /// An object's data, in bytes.
  static let bytesMax = 1 << 20
  static let depthMax = 64
  static let principalsMax = 500
  static let principalBytesMax = 1024
  static let membersMax = 5000

  /// Without what the service itself says: `id` and `last_modified`.
  private(set) var data: [String: JSONValue]
  /// The moment that the request proposes.
  private(set) var proposal: Int64?
  /// The access lists as a whole; `nil` if they stay.
  private(set) var lists: AccessLists?
  /// A group's members; `nil` if they stay.
  private(set) var members: Set<String>?
  private(set) var passwordHash: String?
  /// The id as the data have it; `nil` for the name as text.
  private var identifier: JSONValue?
  /// Whether all has been said that hooks have to say of the data.
  private(set) var isComplete = true
  /// What the record refers to, found out by whoever makes the draft: links are changes of other records too.
  private let references: [SettledReference]

  /// - Parameter current: the object as it is, with its access lists; `nil` for one that is made.
  /// - Throws: `DataRefusal` `invalid`, or `Problem` `tooLarge`.
  init(
    _ request: DataRequest, name: String, _ place: DataPlace, current: (object: StoredObject, lists: AccessLists)?,
    references: [SettledReference] = [], in session: RecordSession
  ) throws {
    let kind = place.target.kind
    var faults: [DataFault] = []
    self.references = references
    let rules = try session.rules(at: place)
    let seen = try current.map { (object: try session.shown($0.object, at: place), lists: $0.lists) }
    var body = try DraftBody(request.content, kind: kind, current: seen)
    let hasData = body.data != nil
    data = try body.data ?? seen.map { try DraftBody.members(of: $0.object) } ?? [:]
    if kind == .recordClass { Self.takeIDType(&data) }
    if let id = data["id"], id != .string(name), id != rules?.definition.identifier(name) {
      faults.append(DataFault(.body, "id", "Object id does not match existing object"))
    }
    if case .int(let moment) = data["last_modified"] { proposal = moment }
    for member in ["id", "last_modified", "deleted"] { data[member] = nil }
    body.faults += faults
    faults = body.faults
    var wishes = FieldRules.Wishes()
    if let rules {
      data = rules.stored(
        data, current: try current.map { try DraftBody.members(of: $0.object) }, isWhole: request.content.isWhole,
        &wishes, &faults)
      identifier = rules.definition.identifier(name)
    }
    for reference in references { data[reference.field] = reference.value }
    switch kind {
    case .group where hasData: members = Self.members(of: &data, &faults)
    case .recordClass where hasData: Self.checkClass(&data, &faults)
    case .bucket where hasData: Self.checkBucket(data, &faults)
    case .account: passwordHash = try Self.password(of: &data, request, &faults)
    case .group, .recordClass, .bucket, .record: break
    }
    if JSONValue.object(data).isNested(deeperThan: Self.depthMax) {
      faults.append(Self.tooDeep)
    }
    guard faults.isEmpty else { throw DataRefusal.invalid(faults) }
    let owner = kind == .account ? RecordSession.user(ofAccount: name) : session.requester.user ?? "system.Everyone"
    lists = try Self.lists(body.lists, kind: kind, current: current?.lists, owner: owner)
    if let rules, !wishes.all.isEmpty {
      isComplete = try session.fulfil(
        wishes.all, &data, explicit: wishes.explicit, by: rules, before: current?.object,
        identifier: current == nil && rules.definition.identifiers == .integer ? nil : identifier ?? .string(name),
        at: place)
    }
    guard isComplete else { return }
    try session.checkSchemas(&data, name: name, place)
  }

  /// Takes other data than the request gave, as somebody else wants them.
  ///
  /// - Throws: as `init`.
  mutating func replaceData(
    _ members: [String: JSONValue], name: String, _ place: DataPlace, in session: RecordSession
  ) throws {
    var members = members
    for member in ["id", "last_modified", "deleted"] { members[member] = nil }
    guard !JSONValue.object(members).isNested(deeperThan: Self.depthMax) else {
      throw DataRefusal.invalid([Self.tooDeep])
    }
    for reference in references where members[reference.field] ?? .null != reference.value ?? .null {
      throw DataRefusal.invalid([
        DataFault(.body, "data.\(reference.field)", "references are changed by whoever writes the record alone")
      ])
    }
    try session.checkSchemas(&members, name: name, place)
    data = members
  }

  private static let tooDeep = DataFault(.body, "data", "it is nested deeper than \(depthMax) levels")

  /// The names of the references that the draft changes.
  var touched: Set<String> { Set(references.filter(\.isChanged).map(\.field)) }

  /// The data as it is stored and shown.
  func encoded(name: String, modified: Int64) throws -> [UInt8] {
    var members = data
    for reference in references { members[reference.field] = reference.isMany ? nil : reference.value }
    members["id"] = identifier ?? .string(name)
    members["last_modified"] = .int(modified)
    let bytes = JSONValue.object(members).serializedBytes
    guard bytes.count <= Self.bytesMax else {
      throw Problem(
        .tooLarge, "the object is too large: \(bytes.count) bytes", field: "data",
        rule: "at most \(Self.bytesMax) bytes")
    }
    return bytes
  }

  /// The access lists after the request: those that it gives, and in any case its sender's right to write.
  ///
  /// - Returns: `nil` if they stay as they are.
  private static func lists(
    _ given: DraftBody.Lists, kind: DataKind, current: AccessLists?, owner: String
  ) throws -> AccessLists? {
    var lists: AccessLists
    switch given {
    case .none: lists = current ?? [:]
    case .all(let all): lists = all
    case .some(let some): lists = (current ?? [:]).merging(some) { $1 }
    }
    let admitted = DataPermission.given(by: kind)
    for (permission, principals) in lists {
      let field = "permissions.\(permission.word)"
      guard admitted.contains(permission) else {
        let words = admitted.map(\.word).joined(separator: ", ")
        throw DataRefusal.invalid([DataFault(.body, field, "\"\(permission.word)\" is not one of \(words)")])
      }
      guard principals.count <= principalsMax else {
        throw DataRefusal.invalid([DataFault(.body, field, "at most \(principalsMax) principals are allowed")])
      }
      guard principals.allSatisfy({ (1...principalBytesMax).contains($0.utf8.count) && !$0.utf8.contains(0) }) else {
        throw DataRefusal.invalid([DataFault(.body, field, "a principal has 1 to \(principalBytesMax) bytes")])
      }
    }
    lists[.write, default: []].insert(owner)
    lists = lists.filter { !$0.value.isEmpty }
    return lists == current ? nil : lists
  }
}
