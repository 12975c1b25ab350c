import Model
import Yams

/// One bounded YAML document: composed to nodes that know their lines, and read with the core schema of YAML 1.2, so
/// that `no` and `on` are words, not booleans.
struct YAMLDocument {
  /// The largest document, in bytes.
  static let maximumSize = 64 << 10
  /// How deep it may nest.
  static let maximumDepth = 64
  /// The most values in it once aliases are replaced by what they stand for.
  static let maximumValues = 20_000
  /// The most aliases, so that anchors cannot multiply.
  static let maximumAliases = 16

  /// `nil` for an empty document.
  let root: Node?
  let file: String

  /// - Throws: `Problem` with code `invalid` or `tooLarge`, with file and, where there is one, line.
  init(_ bytes: [UInt8], file: String) throws {
    self.file = file
    guard bytes.count <= Self.maximumSize else {
      throw Problem(
        .tooLarge, "the file has \(bytes.count) bytes", rule: "at most \(Self.maximumSize) bytes", file: file)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem(.invalid, "the file is not UTF-8 text", file: file)
    }
    guard Self.aliases(in: bytes) <= Self.maximumAliases else {
      throw Problem(.tooLarge, "the file uses too many aliases", rule: "at most \(Self.maximumAliases)", file: file)
    }
    do {
      root = try Yams.compose(yaml: text, .basic, .default, .utf8)
    } catch let error as YamlError {
      throw Self.problem(error, text: text, file: file)
    }
  }

  /// An upper bound of the aliases in a text, by their looks: composing already expands them, so that they must be
  /// counted before. A `*` within a quoted or block text can count too; without an anchor there are none.
  private static func aliases(in bytes: [UInt8]) -> Int {
    var aliases = 0
    var hasAnchor = false
    var before = UInt8(ascii: " ")
    for byte in bytes {
      if " \t\r\n[]{},:-?".utf8.contains(before) {
        if byte == UInt8(ascii: "*") { aliases += 1 }
        if byte == UInt8(ascii: "&") { hasAnchor = true }
      }
      before = byte
    }
    return hasAnchor ? aliases : 0
  }

  private static func problem(_ error: YamlError, text: String, file: String) -> Problem {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      // libyaml's contexts read like "while parsing a block mapping".
      let words = context.map { "\($0.text), " } ?? ""
      // What cron expressions begin with has a meaning of its own in YAML.
      let isIndicator = words.contains("alias") || problem.contains("cannot start any token")
      return Problem(
        .invalid, "not valid YAML: \(words)\(problem)",
        hint: isIndicator ? "put a text that begins with * or @ into quotes" : nil, file: file, line: mark.line)
    case .duplicatedKeysInMapping(let names, let context):
      return Problem(
        .invalid, "the key \(names.first ?? "") stands there twice", field: names.first, file: file,
        line: context.mark.line)
    case .reader(let problem, let offset, _, _):
      let line = offset.map { text.prefix($0).count { $0.isNewline } + 1 }
      return Problem(.invalid, "not valid YAML: \(problem)", file: file, line: line)
    default: return Problem(.invalid, "not valid YAML", file: file)
    }
  }

  /// The value of a node as JSON.
  ///
  /// - Throws: `Problem` for tags, merge keys, keys that are no texts, and numbers that JSON cannot write.
  func json(_ node: Node) throws -> JSONValue {
    var budget = Self.maximumValues
    return try json(node, depth: 0, &budget)
  }

  private func json(_ node: Node, depth: Int, _ budget: inout Int) throws -> JSONValue {
    budget -= 1
    guard budget >= 0, depth <= Self.maximumDepth else {
      throw Problem(
        .tooLarge, "the value is too large or nested too deeply",
        rule: "at most \(Self.maximumValues) values and \(Self.maximumDepth) levels", file: file, line: node.line)
    }
    switch node {
    case .scalar(let scalar): return try value(of: scalar)
    case .sequence(let sequence):
      var elements: [JSONValue] = []
      for element in sequence { elements.append(try json(element, depth: depth + 1, &budget)) }
      return .array(elements)
    case .mapping(let mapping):
      var members: [String: JSONValue] = [:]
      for (key, value) in mapping {
        let name = try self.key(key)
        guard members.updateValue(try json(value, depth: depth + 1, &budget), forKey: name) == nil else {
          throw Problem(.invalid, "the key \(name) stands there twice", file: file, line: key.line)
        }
      }
      return .object(members)
    case .alias:
      throw Problem(.invalid, "the alias stands for nothing", file: file, line: node.line)
    }
  }

  /// The text of a mapping's key.
  func key(_ node: Node) throws -> String {
    guard case .scalar(let scalar) = node else {
      throw Problem(.invalid, "a key must be a text", file: file, line: node.line)
    }
    guard scalar.string != "<<" || scalar.style != .plain else {
      throw Problem(.invalid, "merge keys are not supported", file: file, line: node.line)
    }
    return scalar.string
  }

  /// The value of a scalar by the core schema (YAML 1.2.2, section 10.3.2).
  private func value(of scalar: Node.Scalar) throws -> JSONValue {
    let text = scalar.string
    let tag = scalar.tag.description
    guard tag.isEmpty || tag == "tag:yaml.org,2002:str" else {
      throw Problem(.invalid, "the tag \(tag) is not supported", file: file, line: scalar.mark?.line)
    }
    guard scalar.style == .plain, tag.isEmpty else { return .string(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
      throw Problem(.invalid, "JSON has no number \(text)", file: file, line: scalar.mark?.line)
    default: return Self.number(text) ?? .string(text)
    }
  }

  private static func number(_ text: String) -> JSONValue? {
    guard text.utf8.count <= 64 else { return nil }
    if text.hasPrefix("0x") { return digits(text, radix: 16) }
    if text.hasPrefix("0o") { return digits(text, radix: 8) }
    if let number = Int64(text) { return .int(number) }
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), text.contains(where: \.isNumber),
      let number = Double(text), number.isFinite
    else { return nil }
    return .double(number)
  }

  private static func digits(_ text: String, radix: Int) -> JSONValue? {
    let digits = text.dropFirst(2)
    guard digits.first?.isHexDigit == true else { return nil }
    return Int64(digits, radix: radix).map(JSONValue.int)
  }

  /// The line of what a JSON pointer inside `node` points at, or of the nearest thing around it.
  func line(of pointer: String, in node: Node) -> Int {
    var node = node
    var line = node.line
    for segment in pointer.split(separator: "/") {
      let name = segment.replacing("~1", with: "/").replacing("~0", with: "~")
      if case .mapping(let mapping) = node,
        let (key, value) = mapping.first(where: { $0.key.scalar?.string == String(name) })
      {
        line = key.line
        node = value
      } else if case .sequence(let sequence) = node, let index = Int(name), sequence.indices.contains(index) {
        node = sequence[index]
        line = node.line
      } else {
        break
      }
    }
    return line
  }
}

extension Node {
  /// The line that it begins in, from 1.
  var line: Int { mark?.line ?? 1 }
}
