import Model

/// The members of objects that a request wants to see: `_fields=a,b.c`. The id and the timestamp are always among them.
struct FieldSelection: Hashable {
  /// The names as they were written.
  let names: [String]

  /// - Returns: `nil` if there are too many.
  init?(_ text: String) {
    names = text.split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    guard names.count <= KintoConfiguration.fieldsMax else { return nil }
  }

  /// Takes the members out of an object; those that it has not are left out.
  func applied(to value: JSONValue) -> JSONValue {
    guard case .object(let members) = value else { return value }
    var result: [String: JSONValue] = [:]
    for name in ["id", "last_modified"] { result[name] = members[name] }
    for name in names { Self.copy(name[...], from: members, to: &result) }
    return .object(result)
  }

  private static func copy(_ path: Substring, from members: [String: JSONValue], to result: inout [String: JSONValue]) {
    if let value = members[String(path)] {
      result[String(path)] = value
      return
    }
    // Keys may have dots themselves: the longest first part that is a key counts.
    var end = path.endIndex
    while let dot = path[..<end].lastIndex(of: ".") {
      end = dot
      guard case .object(let inner)? = members[String(path[..<dot])] else { continue }
      var part: [String: JSONValue] = result[String(path[..<dot])]?.objectValue ?? [:]
      copy(path[path.index(after: dot)...], from: inner, to: &part)
      if !part.isEmpty { result[String(path[..<dot])] = .object(part) }
      return
    }
  }
}
