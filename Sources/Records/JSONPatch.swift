import Model

/// Applies the operations of a JSON Patch (RFC 6902) to a document, one after the other.
///
/// What operations add is counted, so that a few that copy what the others have copied cannot make it grow beyond all
/// bounds.
struct JSONPatch {
  static let operationsMax = 1000
  /// How much all operations together may add, in bytes of JSON.
  static let growthMax = 4 << 20

  /// Why an operation cannot be carried out, for people.
  struct Failure: Error {
    var text: String
  }

  private(set) var document: JSONValue
  private var growth = 0

  init(_ document: JSONValue) {
    self.document = document
  }

  mutating func apply(_ operations: [PatchOperation]) throws(Failure) {
    guard operations.count <= Self.operationsMax else {
      throw Failure(text: "at most \(Self.operationsMax) operations are allowed")
    }
    for operation in operations { try apply(operation) }
  }

  private mutating func apply(_ operation: PatchOperation) throws(Failure) {
    let path = try segments(operation.path)
    switch operation.verb {
    case .add: try add(try value(of: operation), at: path)
    case .remove: _ = try remove(at: path)
    case .replace:
      let value = try value(of: operation)
      guard !path.isEmpty else {
        document = value
        return
      }
      _ = try read(path)
      try edit(path) { parent, name throws(Failure) in try parent.replace(name, with: value) }
    case .move:
      let from = try source(of: operation)
      guard !(path.count > from.count && path.starts(with: from)) else {
        throw Failure(text: "a value cannot be moved into itself")
      }
      try add(try remove(at: from), at: path)
    case .copy: try add(try read(try source(of: operation)), at: path)
    case .test:
      let expected = try value(of: operation)
      guard try read(path).isSame(as: expected) else {
        throw Failure(text: "\(operation.path) is not \(expected.excerpt)")
      }
    }
  }

  private func value(of operation: PatchOperation) throws(Failure) -> JSONValue {
    guard let value = operation.value else { throw Failure(text: "\(operation.verb.rawValue) needs a value") }
    return value
  }

  private func source(of operation: PatchOperation) throws(Failure) -> [String] {
    guard let from = operation.from else { throw Failure(text: "\(operation.verb.rawValue) needs from") }
    return try segments(from)
  }

  /// The names of a JSON pointer (RFC 6901).
  private func segments(_ pointer: String) throws(Failure) -> [String] {
    guard !pointer.isEmpty else { return [] }
    guard pointer.utf8.first == UInt8(ascii: "/") else { throw Failure(text: "\(pointer) is not a JSON pointer") }
    var names: [String] = []
    for segment in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard segment.contains("~") else {
        names.append(String(segment))
        continue
      }
      let parts = segment.split(separator: "~", omittingEmptySubsequences: false)
      var name = String(parts[0])
      for part in parts.dropFirst() {
        switch part.first {
        case "0": name += "~" + part.dropFirst()
        case "1": name += "/" + part.dropFirst()
        default: throw Failure(text: "\(pointer) is not a JSON pointer: after ~ stands 0 or 1")
        }
      }
      names.append(name)
    }
    guard names.count <= 2 * JSONReader.depthMax else { throw Failure(text: "\(pointer.prefix(60))… is too long") }
    return names
  }

  private func read(_ path: [String]) throws(Failure) -> JSONValue {
    var value = document
    for name in path { value = try value.child(name) }
    return value
  }

  private mutating func add(_ value: JSONValue, at path: [String]) throws(Failure) {
    growth += value.estimatedBytes(atMost: Self.growthMax)
    guard growth <= Self.growthMax else { throw Failure(text: "the result is too large") }
    guard !path.isEmpty else {
      document = value
      return
    }
    try edit(path) { parent, name throws(Failure) in try parent.add(value, as: name) }
  }

  private mutating func remove(at path: [String]) throws(Failure) -> JSONValue {
    let value = try read(path)
    guard !path.isEmpty else { throw Failure(text: "the whole document cannot be removed") }
    try edit(path) { parent, name throws(Failure) in try parent.remove(name) }
    return value
  }

  /// Changes what a path leads to, in what holds it.
  private mutating func edit(
    _ path: [String], _ change: (inout JSONValue, String) throws(Failure) -> Void
  ) throws(Failure) {
    try document.edit(path[...], change)
  }
}

extension JSONValue {
  fileprivate func child(_ name: String) throws(JSONPatch.Failure) -> JSONValue {
    switch self {
    case .object(let members):
      guard let value = members[name] else { throw .init(text: "there is no \(name)") }
      return value
    case .array(let elements):
      guard let index = Self.index(name), index < elements.count else { throw .init(text: "there is no \(name)") }
      return elements[index]
    default: throw .init(text: "there is no \(name)")
    }
  }

  fileprivate mutating func edit(
    _ path: ArraySlice<String>, _ change: (inout JSONValue, String) throws(JSONPatch.Failure) -> Void
  ) throws(JSONPatch.Failure) {
    guard let name = path.first else { return }
    guard path.count > 1 else { return try change(&self, name) }
    var child = try child(name)
    try child.edit(path.dropFirst(), change)
    try replace(name, with: child)
  }

  fileprivate mutating func replace(_ name: String, with value: JSONValue) throws(JSONPatch.Failure) {
    switch self {
    case .object(var members):
      self = .null
      members[name] = value
      self = .object(members)
    case .array(var elements):
      guard let index = Self.index(name), index < elements.count else { throw .init(text: "there is no \(name)") }
      self = .null
      elements[index] = value
      self = .array(elements)
    default: throw .init(text: "there is no \(name)")
    }
  }

  fileprivate mutating func add(_ value: JSONValue, as name: String) throws(JSONPatch.Failure) {
    guard case .array(var elements) = self else { return try replace(name, with: value) }
    let index = name == "-" ? elements.count : Self.index(name)
    guard let index, index <= elements.count else { throw .init(text: "there is no place \(name)") }
    elements.insert(value, at: index)
    self = .array(elements)
  }

  fileprivate mutating func remove(_ name: String) throws(JSONPatch.Failure) {
    switch self {
    case .object(var members):
      members[name] = nil
      self = .object(members)
    case .array(var elements):
      guard let index = Self.index(name), index < elements.count else { throw .init(text: "there is no \(name)") }
      elements.remove(at: index)
      self = .array(elements)
    default: throw .init(text: "there is no \(name)")
    }
  }

  /// An array's index: digits without leading zeros.
  private static func index(_ text: String) -> Int? {
    guard text == "0" || (text.utf8.first != UInt8(ascii: "0") && text.utf8.count <= 9) else { return nil }
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int(text)
  }

  /// Whether it is the same value: numbers are compared as numbers.
  func isSame(as other: JSONValue) -> Bool {
    switch (self, other) {
    case (.int(let left), .double(let right)), (.double(let right), .int(let left)): Int64(exactly: right) == left
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
    case (.object(let left), .object(let right)):
      left.count == right.count && left.allSatisfy { right[$0.key]?.isSame(as: $0.value) ?? false }
    default: self == other
    }
  }

  fileprivate var excerpt: String {
    let text = serialized
    return text.unicodeScalars.count <= 60
      ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "…"
  }
}
