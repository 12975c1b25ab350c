import Model
import Schema
import Store

extension ObjectDraft {
  /// Names that stand for more than one account cannot be members: groups do not nest.
  static func members(of data: inout [String: JSONValue], _ faults: inout [DataFault]) -> Set<String> {
    let given = data["members"] ?? []
    data["members"] = given
    guard let elements = given.arrayValue else {
      faults.append(DataFault(.body, "data.members", "\(given.serialized.prefix(60)) is not an array"))
      return []
    }
    guard elements.count <= membersMax else {
      faults.append(DataFault(.body, "data.members", "at most \(membersMax) members are allowed"))
      return []
    }
    var members: Set<String> = []
    for (index, element) in elements.enumerated() {
      guard let member = element.stringValue else {
        faults.append(DataFault(.body, "data.members.\(index)", "it is not a string"))
        continue
      }
      guard !member.hasPrefix("/buckets/"), member != "system.Everyone", !member.isEmpty,
        member.utf8.count <= principalBytesMax, !member.utf8.contains(0)
      else {
        faults.append(DataFault(.body, "data.members.\(index)", "'\(member.prefix(200))' is not a valid user ID."))
        continue
      }
      members.insert(member)
    }
    return members
  }

  /// The type of ids may be given in the place of the class's own id, which is said by the address.
  static func takeIDType(_ data: inout [String: JSONValue]) {
    guard case .object? = data["id"], let fields = data["fields"], fields != .null else { return }
    data["id_type"] = data.removeValue(forKey: "id")
  }

  static func checkClass(_ data: inout [String: JSONValue], _ faults: inout [DataFault]) {
    checkSchema("schema", data, &faults)
    switch data["cache_expires"] {
    case nil, .null, .int: break
    default: faults.append(DataFault(.body, "data.cache_expires", "it is not an integer"))
    }
    do {
      let definition = try ClassDefinition(reading: .object(data))
      guard let definition else {
        if data["fields"] == .null { data.removeValue(forKey: "record_schema") }
        return
      }
      data["record_schema"] = definition.schema
      switch definition.identifiers {
      case .integer: data["id_type"] = .string("integer")
      case .text: data.removeValue(forKey: "id_type")
      }
    } catch DataRefusal.invalid(let wrong) {
      faults += wrong
    } catch {
      faults.append(DataFault(.body, "data.fields", "they cannot be read"))
    }
  }

  static func checkBucket(_ data: [String: JSONValue], _ faults: inout [DataFault]) {
    for member in SchemaShelf.ofBucket.values { checkSchema(member, data, &faults) }
  }

  private static func checkSchema(_ member: String, _ data: [String: JSONValue], _ faults: inout [DataFault]) {
    guard let schema = data[member], schema != .null else { return }
    do throws(Problem) {
      guard case .object = schema else { throw Problem(.invalid, "it is no object") }
      _ = try JSONSchema(schema)
    } catch {
      let place = error.field.map { $0.isEmpty ? "" : " at \($0)" } ?? ""
      let rule = error.rule.map { " (\($0))" } ?? ""
      faults.append(DataFault(.body, "data.\(member)", "Invalid JSON schema\(place): \(error.message)\(rule)"))
    }
  }

  /// The proof of a password that the request gives; the password itself goes nowhere.
  static func password(
    of data: inout [String: JSONValue], _ request: DataRequest, _ faults: inout [DataFault]
  ) throws -> String? {
    let given = data.removeValue(forKey: "password")
    var isRequired = false
    if case .whole = request.content { isRequired = true }
    guard let given else {
      if isRequired { faults.append(DataFault(.body, "data.password", "Required")) }
      return nil
    }
    guard let password = given.stringValue, (1...passwordBytesMax).contains(password.utf8.count) else {
      faults.append(DataFault(.body, "data.password", "it is not a string of 1 to \(passwordBytesMax) bytes"))
      return nil
    }
    if case .operations = request.content {
      faults.append(DataFault(.body, "data.password", "a JSON Patch cannot change it; PUT or a merge can"))
      return nil
    }
    guard let hash = request.passwordHash else {
      throw Problem(.internal, "the request has a password, and nothing that proves it")
    }
    return hash
  }

  static let passwordBytesMax = 1024
}
