import Model
import Store

/// What a request's content makes of an object, whatever kind it is.
struct DraftBody {
  enum Lists {
    /// They stay.
    case none
    /// These are all.
    case all(AccessLists)
    /// These take the place of those of the same permission.
    case some(AccessLists)
  }

  /// `nil` if the data stays.
  var data: [String: JSONValue]?
  var lists = Lists.none
  var faults: [DataFault] = []

  private let kind: DataKind
  private let current: (object: StoredObject, lists: AccessLists)?

  init(
    _ content: DataContent, kind: DataKind, current: (object: StoredObject, lists: AccessLists)?
  ) throws {
    self.kind = kind
    self.current = current
    switch content {
    case .whole(let data, let given):
      self.data = data
      // An empty map is as none.
      if let given, !given.isEmpty { lists = .all(read(given, null: .fault)) }
    case .several: faults.append(DataFault(.body, "data", "an array is not an object"))
    case .members(let data, let given):
      demandSomething(data != nil || given != nil)
      self.data = try data.map { try currentMembers.merging($0) { $1 } }
      if let given { lists = .some(read(given, null: .skip)) }
    case .merge(let patch, let given):
      demandSomething(patch != nil || given != nil)
      if let patch { data = try merge(patch) }
      if let given { lists = .some(read(given, null: .empty)) }
    case .operations(let operations): try apply(operations)
    }
  }

  /// The members of an object's data.
  static func members(of object: StoredObject) throws -> [String: JSONValue] {
    guard let members = try JSONValue(parsing: object.data).objectValue else {
      throw Problem(.internal, "the data of \(object.name) is no object")
    }
    return members
  }

  private var currentMembers: [String: JSONValue] {
    get throws { try current.map { try Self.members(of: $0.object) } ?? [:] }
  }

  private mutating func demandSomething(_ isThere: Bool) {
    if !isThere { faults.append(DataFault(.body, nil, "Provide at least one of data or permissions")) }
  }

  private mutating func merge(_ patch: JSONValue) throws -> [String: JSONValue]? {
    guard case .object(let members) = JSONValue.object(try currentMembers).merged(with: patch) else {
      faults.append(DataFault(.body, "data", "it is no object"))
      return nil
    }
    return members
  }

  private enum Null { case fault, skip, empty }

  private mutating func read(_ given: DataContent.Lists, null: Null) -> AccessLists {
    var lists: AccessLists = [:]
    for (permission, principals) in given {
      if let principals {
        lists[permission] = Set(principals)
      } else {
        switch null {
        case .fault: faults.append(DataFault(.body, "permissions.\(permission.word)", "null is no array"))
        case .skip: break
        case .empty: lists[permission] = []
        }
      }
    }
    return lists
  }

  private mutating func apply(_ operations: [PatchOperation]) throws {
    var patch = JSONPatch(try document)
    do throws(JSONPatch.Failure) {
      try patch.apply(operations.map(Self.completed))
    } catch {
      faults.append(DataFault(.body, nil, "JSON Patch operation failed: \(error.text)"))
      return
    }
    take(patch.document)
  }

  /// The document that the operations change.
  private var document: JSONValue {
    get throws {
      var permissions: [String: JSONValue] = [:]
      for permission in DataPermission.given(by: kind) {
        let principals = (current?.lists[permission] ?? []).map { ($0, JSONValue.string($0)) }
        permissions[permission.word] = .object(Dictionary(principals) { $1 })
      }
      return ["data": .object(try currentMembers), "permissions": .object(permissions)]
    }
  }

  /// The operation with the value that the place of a principal implies.
  private static func completed(_ operation: PatchOperation) -> PatchOperation {
    let parts = operation.path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[1] == "permissions", operation.verb != .move, operation.verb != .copy else {
      return operation
    }
    var operation = operation
    operation.value = .string(String(parts[3]).replacing("~1", with: "/").replacing("~0", with: "~"))
    return operation
  }

  /// Takes data and lists out of the document as it is after the operations.
  private mutating func take(_ document: JSONValue) {
    guard let root = document.objectValue, case .object(let members)? = root["data"],
      case .object(let permissions)? = root["permissions"]
    else {
      faults.append(DataFault(.body, nil, "data and permissions must stay objects"))
      return
    }
    for name in root.keys.sorted() where name != "data" && name != "permissions" {
      faults.append(DataFault(.body, name, "only data and permissions can be changed"))
    }
    data = members
    let known = Dictionary(uniqueKeysWithValues: DataPermission.given(by: kind).map { ($0.word, $0) })
    var all: AccessLists = [:]
    for (word, principals) in permissions.sorted(by: { $0.key < $1.key }) {
      guard let permission = known[word] else {
        let words = known.keys.sorted().joined(separator: ", ")
        faults.append(DataFault(.body, "permissions.\(word)", "\"\(word)\" is not one of \(words)"))
        continue
      }
      if let names = principals.objectValue?.keys {
        all[permission] = Set(names)
      } else if let names = principals.arrayValue?.map(\.stringValue), !names.contains(nil) {
        all[permission] = Set(names.compactMap { $0 })
      } else {
        faults.append(DataFault(.body, "permissions.\(word)", "it is no array of strings"))
      }
    }
    lists = .all(all.filter { !$0.value.isEmpty })
  }
}
