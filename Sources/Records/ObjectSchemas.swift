import Model
import Schema
import Store

/// What a bucket or a class says of what lies in it: the schemas, and the fields of a class's records.
struct ObjectSchemas: Sendable {
  /// One schema, with what is not its affair taken out of it.
  struct Compiled: Sendable {
    /// `nil` for one that cannot be compiled, though it was stored: by an earlier version, or from elsewhere.
    var schema: JSONSchema?
    var checksName: Bool
  }

  /// By the kind of object that they are for.
  private(set) var compiled: [DataKind: Compiled] = [:]
  /// The fields of a class; `nil` where it declares none.
  private(set) var definition: ClassDefinition?
  /// Whether the fields cannot be read, though they were stored: by an earlier version, or from elsewhere.
  private(set) var isUnreadable = false

  init(_ object: StoredObject) throws {
    let members: [DataKind: String] = object.kind == .bucket ? SchemaShelf.ofBucket : [.record: "schema"]
    // Most have none, which is seen without reading the data.
    let hasFields = object.kind == .recordClass && object.data.firstRange(of: Array("\"fields\"".utf8)) != nil
    guard hasFields || object.data.firstRange(of: Array("schema".utf8)) != nil else { return }
    let data = try DraftBody.members(of: object)
    if hasFields {
      do {
        definition = try ClassDefinition(reading: .object(data))
      } catch is DataRefusal {
        isUnreadable = true
      }
    }
    for (kind, member) in members {
      guard let value = data[member], value != .null else { continue }
      compiled[kind] = Self.compile(value, for: kind)
    }
  }

  private static func compile(_ value: JSONValue, for kind: DataKind) -> Compiled {
    guard var members = value.objectValue else { return Compiled(schema: nil, checksName: false) }
    let checksName = members["properties"]?["id"] != nil
    if let required = members["required"]?.arrayValue {
      let ignored = ignored(kind, checksName: checksName)
      let rest = required.filter { name in !ignored.contains { name == .string($0) } }
      members["required"] = .array(rest)
    }
    return Compiled(schema: try? JSONSchema(.object(members)), checksName: checksName)
  }

  /// Members that are not held against a schema.
  static func ignored(_ kind: DataKind, checksName: Bool) -> [String] {
    (kind == .record ? ["schema"] : []) + ["last_modified", "permissions"] + (checksName ? [] : ["id"])
  }
}
