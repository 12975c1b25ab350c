/// The rules for kinds of custom events, which people and hooks emit. The host's own stay its own: their first words are
/// reserved.
public enum EventKind {
  /// First words of kinds that only the host may use.
  public static let reserved: Set<String> = [
    "account", "backup", "bucket", "class", "collection", "dead_letter", "domain", "env", "event", "file", "grapnel",
    "group", "history", "hook", "host", "instance", "key", "log", "metric", "permission", "record", "role", "run",
    "schedule", "secret", "server", "store", "system", "trigger", "user",
  ]

  public static let rule =
    "at most 100 bytes: words of a-z, 0-9, - and _ that begin with a letter or a digit, with dots between"

  /// - Throws: `Problem` `invalid` unless `kind` can be that of a custom event, such as `report.finished`.
  public static func validate(_ kind: String, field: String) throws(Problem) {
    let words = kind.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard kind.utf8.count <= 100, !words.isEmpty, words.allSatisfy(isWord) else {
      throw Problem(.invalid, "no event can be of this kind", field: field, rule: rule)
    }
    guard !reserved.contains(words[0]) else {
      throw Problem(
        .invalid, "events that begin with \(words[0]) are the host's own", field: field,
        rule: "another first word than \(reserved.sorted().joined(separator: ", "))")
    }
  }

  /// - Throws: `Problem` `invalid` unless `pattern` is a kind, or one followed by `.*`.
  public static func validatePattern(_ pattern: String, field: String) throws(Problem) {
    try validate(pattern.hasSuffix(".*") ? String(pattern.dropLast(2)) : pattern, field: field)
  }

  /// Whether a kind is `pattern`, or where that ends in `.*`, begins with what comes before the star.
  public static func matches(_ kind: String, pattern: String) -> Bool {
    guard pattern.hasSuffix(".*") else { return kind == pattern }
    return kind.utf8.starts(with: pattern.utf8.dropLast()) && kind.utf8.count > pattern.utf8.count - 1
  }

  private static func isWord(_ word: String) -> Bool {
    (try? Name.validate(word, field: "")) != nil
  }
}
