import Model
import Yams

/// Takes typed members out of a `runtime.yaml`, with problems that name file, line and key.
struct ManifestReader {
  let mapping: Node.Mapping
  let file: String

  func refuseUnknownKeys(_ known: Set<String>) throws {
    for (key, _) in mapping {
      guard let name = key.string, known.contains(name) else {
        throw Problem(
          .invalid, "unknown key \(key.string ?? "")", rule: "one of \(known.sorted().joined(separator: ", "))",
          file: file, line: key.mark?.line)
      }
    }
  }

  func text(_ key: String) throws -> String {
    guard let node = mapping[key] else { throw problem(key, "missing") }
    guard let text = node.string else { throw problem(key, "not a text") }
    return text
  }

  func texts(_ key: String, isOptional: Bool = false) throws -> [String] {
    guard let node = mapping[key] else {
      if isOptional { return [] }
      throw problem(key, "missing")
    }
    guard let sequence = node.sequence else { throw problem(key, "not a list") }
    return try sequence.map {
      guard let text = $0.string else { throw problem(key, "not a list of texts") }
      return text
    }
  }

  func variables(_ key: String) throws -> [String: String] {
    guard let node = mapping[key] else { throw problem(key, "missing") }
    guard let members = node.mapping else { throw problem(key, "not a mapping") }
    var variables: [String: String] = [:]
    for (name, value) in members {
      guard let name = name.string, let value = value.string else { throw problem(key, "not a mapping of texts") }
      variables[name] = value
    }
    return variables
  }

  /// The mapping at `key`, to be read by itself; `nil` where there is none.
  func part(_ key: String) throws -> ManifestReader? {
    guard let node = mapping[key] else { return nil }
    guard let members = node.mapping else { throw problem(key, "not a mapping") }
    return ManifestReader(mapping: members, file: file)
  }

  /// The mappings of the list at `key`.
  func parts(_ key: String) throws -> [ManifestReader] {
    guard let node = mapping[key] else { return [] }
    guard let sequence = node.sequence else { throw problem(key, "not a list") }
    return try sequence.map {
      guard let members = $0.mapping else { throw problem(key, "not a list of mappings") }
      return ManifestReader(mapping: members, file: file)
    }
  }

  /// - Parameter standard: what a key that is missing stands for.
  func value<Value>(_ key: String, _ standard: Value, rule: String, _ read: (String) -> Value?) throws -> Value {
    guard let node = mapping[key] else { return standard }
    guard let text = node.string, let value = read(text) else { throw problem(key, "cannot be used", rule: rule) }
    return value
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ text: String) throws -> Choice
  where Choice.RawValue == String {
    guard let choice = Choice(rawValue: text) else {
      throw problem(
        key, "unknown: \(text)", rule: "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  func problem(_ key: String, _ message: String, rule: String? = nil) -> Problem {
    Problem(.invalid, message, field: key, rule: rule, file: file, line: mapping[key]?.mark?.line)
  }
}
