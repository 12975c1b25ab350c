import ArgumentParser
import Model

/// A field of a class as `NAME:TYPE[:WORD]…`.
struct FieldArgument: ExpressibleByArgument {
  let value: JSONValue

  private static let flags: Set<String> = ["required", "unique", "indexed", "readonly", "hidden"]

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    var members: [String: JSONValue] = ["name": .string(parts[0]), "type": .string(parts[1])]
    var rest = parts.count > 2 ? parts[2][...] : ""
    while !rest.isEmpty {
      // JSON has colons of its own, so a default is the last word.
      if rest.hasPrefix("default=") {
        guard let value = try? JSONValue(parsing: Array(rest.dropFirst(8).utf8)) else { return nil }
        members["default"] = value
        break
      }
      let word = rest.prefix { $0 != ":" }
      rest = rest.dropFirst(word.count).dropFirst()
      switch String(word) {
      case "fixed": members["writable"] = false
      case let flag where Self.flags.contains(flag): members[flag] = true
      case let label where label.hasPrefix("label="): members["label"] = .string(String(label.dropFirst(6)))
      default: return nil
      }
    }
    value = .object(members)
  }
}
