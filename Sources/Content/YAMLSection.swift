import Model
import Yams

/// A mapping of a hook's file whose keys are all known, with typed access to its values.
struct YAMLSection {
  private let document: YAMLDocument
  /// The dotted key of the mapping itself, empty at the top.
  private let path: String
  private let values: [String: Node]
  private let lines: [String: Int]
  private let ownLine: Int

  /// - Parameters:
  ///   - known: the keys that may stand there.
  ///   - later: keys that the format has, but this version does not support.
  /// - Throws: `Problem` for a node that is no mapping, and for a key that is not known.
  init(
    _ node: Node?, of document: YAMLDocument, path: String = "", known: [String], later: Set<String> = []
  ) throws {
    self.document = document
    self.path = path
    var values: [String: Node] = [:]
    var lines: [String: Int] = [:]
    if let node {
      guard case .mapping(let mapping) = node else {
        throw Problem(
          .invalid, path.isEmpty ? "the file must be a mapping" : "\(path) must be a mapping of keys to values",
          field: path.isEmpty ? nil : path, file: document.file, line: node.line)
      }
      for (key, value) in mapping {
        let name = try document.key(key)
        let field = path.isEmpty ? name : "\(path).\(name)"
        if later.contains(name) {
          throw Problem(
            .invalid, "\(field) is not supported by this version yet", field: field, file: document.file,
            line: key.line)
        }
        guard known.contains(name) else {
          let nearest = name.nearest(among: known)
          throw Problem(
            .invalid, "the key \(field) is not known", field: field, rule: "one of \(known.joined(separator: ", "))",
            hint: nearest.map { "did you mean \($0)?" }, file: document.file, line: key.line)
        }
        guard values.updateValue(value, forKey: name) == nil else {
          throw Problem(
            .invalid, "the key \(field) stands there twice", field: field, file: document.file, line: key.line)
        }
        lines[name] = key.line
      }
    }
    self.values = values
    self.lines = lines
    ownLine = node?.line ?? 1
  }

  func node(_ key: String) -> Node? { values[key] }

  /// The lines of its keys, by their dotted names.
  var linesByField: [String: Int] {
    Dictionary(uniqueKeysWithValues: lines.map { (field($0.key), $0.value) })
  }

  func field(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func problem(_ key: String, _ message: String, rule: String? = nil, hint: String? = nil) -> Problem {
    Problem(
      .invalid, message, field: field(key), rule: rule, hint: hint, file: document.file,
      line: lines[key] ?? values.values.map(\.line).min() ?? ownLine)
  }

  func json(_ key: String) throws -> JSONValue? {
    do {
      return try values[key].map(document.json)
    } catch var problem as Problem {
      problem.field = problem.field ?? field(key)
      throw problem
    }
  }

  func text(_ key: String, length: ClosedRange<Int>) throws -> String? {
    guard let value = try json(key) else { return nil }
    guard let text = value.stringValue else { throw problem(key, "\(field(key)) must be a text") }
    guard length.contains(text.unicodeScalars.count) else {
      throw problem(
        key, "\(field(key)) has \(text.unicodeScalars.count) characters",
        rule: "\(length.lowerBound) to \(length.upperBound) characters")
    }
    guard text.unicodeScalars.allSatisfy({ $0.value != 0 }) else {
      throw problem(key, "\(field(key)) holds a NUL character")
    }
    return text
  }

  func flag(_ key: String) throws -> Bool? {
    guard let value = try json(key) else { return nil }
    guard let flag = value.boolValue else {
      throw problem(key, "\(field(key)) must be true or false")
    }
    return flag
  }

  func count(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let value = try json(key) else { return nil }
    let rule = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .int(let number) = value, let count = Int(exactly: number), range.contains(count) else {
      throw problem(key, "\(field(key)) cannot be \(value.serialized)", rule: rule)
    }
    return count
  }

  func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
    guard let value = try json(key) else { return nil }
    guard let number = value.doubleValue, range.contains(number) else {
      throw problem(
        key, "\(field(key)) cannot be \(value.serialized)",
        rule: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func duration(_ key: String, in range: ClosedRange<Duration>) throws -> Duration? {
    guard let value = try json(key) else { return nil }
    let rule = "from \(range.lowerBound.text) to \(range.upperBound.text)"
    guard let text = value.stringValue, let duration = Duration(text: text) else {
      throw problem(
        key, "\(field(key)) cannot be \(value.serialized)", rule: rule,
        hint: "write a number and ms, s, m or h, such as 30s")
    }
    guard range.contains(duration) else { throw problem(key, "\(field(key)) cannot be \(text)", rule: rule) }
    return duration
  }

  func size(_ key: String, in range: ClosedRange<ByteSize>) throws -> ByteSize? {
    guard let value = try json(key) else { return nil }
    let rule = "from \(range.lowerBound) to \(range.upperBound)"
    guard let size = ByteSize(text: value.stringValue ?? value.serialized) else {
      throw problem(
        key, "\(field(key)) cannot be \(value.serialized)", rule: rule,
        hint: "write a whole number and B, KiB, MiB or GiB, such as 64MiB")
    }
    guard range.contains(size) else { throw problem(key, "\(field(key)) cannot be \(size)", rule: rule) }
    return size
  }

  /// A list of different texts, each of which `check` may refuse with the rule that it breaks.
  func texts(_ key: String, atMost maximum: Int, _ check: (String) -> String?) throws -> [String]? {
    guard let value = try json(key) else { return nil }
    guard let elements = value.arrayValue else { throw problem(key, "\(field(key)) must be a list of texts") }
    guard elements.count <= maximum else {
      throw problem(key, "\(field(key)) has \(elements.count) elements", rule: "at most \(maximum)")
    }
    var texts: [String] = []
    for element in elements {
      guard let text = element.stringValue else {
        throw problem(key, "\(field(key)) must be a list of texts, and \(element.serialized) is none")
      }
      if let rule = check(text) { throw problem(key, "\(field(key)) cannot have \(element.serialized)", rule: rule) }
      guard !texts.contains(text) else { throw problem(key, "\(field(key)) has \(text) twice") }
      texts.append(text)
    }
    return texts
  }
}
