import Model
import Records
import Store

/// What the body of a request wants to be stored, and what is wrong with it.
struct KintoBody {
  private(set) var content = DataContent.whole(data: nil, lists: nil)
  private(set) var faults: [DataFault] = []
  private let kind: DataKind

  static let merge = "application/merge-patch+json"
  static let patch = "application/json-patch+json"

  /// - Parameter defaultBucket: what `default` stands for as the id of a bucket.
  init(_ call: KintoCall, kind: DataKind, defaultBucket: String? = nil) {
    self.kind = kind
    let value: JSONValue
    do throws(UnreadableBody) {
      value = try Self.read(call.body)
    } catch {
      faults.append(error.fault)
      return
    }
    if call.method == "PATCH", call.mediaType == Self.patch, case .bytes = call.body {
      operations(value)
      return
    }
    guard case .object(let root) = value else {
      faults.append(DataFault(.body, nil, "\(Self.excerpt(value)) is not an object"))
      return
    }
    for name in root.keys.sorted() where name != "data" && name != "permissions" {
      faults.append(DataFault(.body, name, "\(name) is not a member of the body"))
    }
    if kind == .record, call.method == "POST", case .array(let elements)? = root["data"] {
      several(elements, root["permissions"])
      return
    }
    var data = members(of: root["data"])
    if let real = defaultBucket, kind == .bucket, data?["id"] == .string(KintoRoute.defaultBucket) {
      data?["id"] = .string(real)
    }
    let lists = lists(root["permissions"])
    switch call.method {
    case "PATCH" where call.mediaType == Self.merge: content = .merge(data: data.map { .object($0) }, lists: lists)
    case "PATCH": content = .members(data: data, lists: lists)
    default: content = .whole(data: data, lists: lists)
    }
  }

  /// Records that are added together.
  private mutating func several(_ elements: [JSONValue], _ permissions: JSONValue?) {
    for (index, element) in elements.enumerated() where element.objectValue == nil {
      faults.append(DataFault(at: "/data/\(index)", "\(Self.excerpt(element)) is not an object"))
      break
    }
    if permissions != nil {
      faults.append(DataFault(.body, "permissions", "they are not given with several records at once"))
    }
    content = .several(elements.compactMap(\.objectValue))
  }

  struct UnreadableBody: Error {
    var fault: DataFault
  }

  /// The value of a body; none is an empty object.
  static func read(_ body: KintoCall.Body) throws(UnreadableBody) -> JSONValue {
    switch body {
    case .value(let value): return value
    case .bytes(let bytes) where bytes.isEmpty: return .object([:])
    case .bytes(let bytes):
      do throws(Problem) {
        return try JSONReader.read(bytes, depthMax: KintoConfiguration.depthMax)
      } catch {
        throw UnreadableBody(fault: DataFault(.body, nil, error.message))
      }
    }
  }

  private mutating func members(of value: JSONValue?) -> [String: JSONValue]? {
    switch value {
    case nil: return nil
    case .object(let members)?: return members
    case let other?:
      faults.append(DataFault(.body, "data", "\(Self.excerpt(other)) is not an object"))
      return nil
    }
  }

  private mutating func lists(_ value: JSONValue?) -> DataContent.Lists? {
    guard let value else { return nil }
    guard case .object(let members) = value else {
      faults.append(DataFault(.body, "permissions", "\(Self.excerpt(value)) is not an object"))
      return nil
    }
    let admitted = DataPermission.given(by: kind)
    var lists: DataContent.Lists = [:]
    for (word, value) in members.sorted(by: { $0.key < $1.key }) {
      let name = "permissions.\(word)"
      guard let permission = DataPermission(kintoWord: word), admitted.contains(permission) else {
        let words = admitted.map(\.kintoWord).joined(separator: ", ")
        faults.append(DataFault(.body, name, "\"\(word)\" is not one of \(words)"))
        continue
      }
      switch value {
      case .null: lists.updateValue(nil, forKey: permission)
      case .array(let elements):
        let principals = elements.compactMap(\.stringValue)
        if principals.count < elements.count {
          faults.append(DataFault(.body, name, "a principal is a string"))
        }
        lists.updateValue(principals, forKey: permission)
      default: faults.append(DataFault(.body, name, "\(Self.excerpt(value)) is not an array"))
      }
    }
    return lists
  }

  private mutating func operations(_ value: JSONValue) {
    guard case .array(let elements) = value else {
      faults.append(DataFault(.body, nil, "\(Self.excerpt(value)) is not an array"))
      return
    }
    var operations: [PatchOperation] = []
    for (index, element) in elements.enumerated() {
      guard let operation = operation(element, String(index)) else { return }
      operations.append(operation)
    }
    content = .operations(operations)
  }

  private mutating func operation(_ value: JSONValue, _ name: String) -> PatchOperation? {
    guard case .object(let members) = value else {
      faults.append(DataFault(.body, name, "\(Self.excerpt(value)) is not an object"))
      return nil
    }
    for key in members.keys.sorted() where !["op", "path", "from", "value"].contains(key) {
      faults.append(DataFault(.body, "\(name).\(key)", "\(key) is not a member of an operation"))
      return nil
    }
    guard let verb = members["op"]?.stringValue.flatMap(PatchOperation.Verb.init(rawValue:)) else {
      let verbs = "test, add, remove, replace, move, copy"
      faults.append(DataFault(.body, "\(name).op", "op is not one of \(verbs)"))
      return nil
    }
    guard let path = members["path"]?.stringValue, path.utf8.first == UInt8(ascii: "/") else {
      faults.append(DataFault(.body, "\(name).path", "path must start with /"))
      return nil
    }
    guard members["from"].map({ $0.stringValue?.utf8.first == UInt8(ascii: "/") }) ?? true else {
      faults.append(DataFault(.body, "\(name).from", "from must start with /"))
      return nil
    }
    return PatchOperation(
      verb, Self.translated(path), from: members["from"]?.stringValue.map(Self.translated), value: members["value"])
  }

  private static let theirs = "/permissions/\(DataPermission.createClass.kintoWord)"
  private static let ours = "/permissions/\(DataPermission.createClass.word)"

  /// The path with our word for a permission.
  private static func translated(_ path: String) -> String {
    guard path.hasPrefix(theirs) else { return path }
    let rest = path.dropFirst(theirs.count)
    return rest.isEmpty || rest.first == "/" ? ours + rest : path
  }

  static func excerpt(_ value: JSONValue) -> String {
    switch value {
    case .array: "an array"
    case .object: "an object"
    case .string(let text): "\"\(String(text.prefix(60)))\""
    case let other: other.serialized
    }
  }
}
