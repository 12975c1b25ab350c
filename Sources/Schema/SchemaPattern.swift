import Foundation
import Model

/// A regular expression of `pattern` or `patternProperties`, not anchored, in the dialect that JSON Schema means
/// (ECMA-262): `$` is only the very end, `\d` and `\w` are ASCII.
///
/// Backtracking is bounded twice: a text beyond `maximumSubject` is not matched at all, and a match that needs more
/// than about a million steps is given up. Both count as an error of the value, never as a match.
struct SchemaPattern: Sendable {
  /// The longest expression, in UTF-8 bytes.
  static let maximumSource = 512
  /// The longest text that is matched, in UTF-16 units.
  static let maximumSubject = 8192
  /// ICU reports its progress every 10,000 steps.
  private static let maximumReports = 100

  enum Outcome {
    case match, noMatch, tooExpensive
  }

  let source: String
  private let expression: NSRegularExpression

  /// - Returns: `nil` if `source` is not a regular expression or longer than `maximumSource`.
  init?(_ source: String) {
    guard source.utf8.count <= Self.maximumSource,
      let expression = try? NSRegularExpression(pattern: Self.translate(source))
    else { return nil }
    self.source = source
    self.expression = expression
  }

  func match(_ text: String) -> Outcome {
    let length = text.utf16.count
    guard length <= Self.maximumSubject else { return .tooExpensive }
    var outcome = Outcome.noMatch
    var reports = 0
    expression.enumerateMatches(
      in: text, options: .reportProgress, range: NSRange(location: 0, length: length)
    ) { result, _, stop in
      if result != nil {
        outcome = .match
        stop.pointee = true
      } else {
        reports += 1
        guard reports > Self.maximumReports else { return }
        outcome = .tooExpensive
        stop.pointee = true
      }
    }
    return outcome
  }

  /// Rewrites what ICU reads differently from ECMA-262.
  private static func translate(_ source: String) -> String {
    let classes: [Character: (outside: String, inside: String?)] = [
      "d": ("[0-9]", "0-9"), "D": ("[^0-9]", nil), "w": ("[A-Za-z0-9_]", "A-Za-z0-9_"), "W": ("[^A-Za-z0-9_]", nil),
    ]
    var output = ""
    var isInClass = false
    var characters = source.makeIterator()
    while let character = characters.next() {
      switch character {
      case "\\":
        guard let escaped = characters.next() else { return output + "\\" }
        if let replacement = classes[escaped], let text = isInClass ? replacement.inside : replacement.outside {
          output += text
        } else {
          output += "\\\(escaped)"
        }
      case "[":
        // Inside a class ICU would begin a nested set.
        output += isInClass ? "\\[" : "["
        isInClass = true
      case "]":
        output += "]"
        isInClass = false
      case "&" where isInClass: output += "\\&"
      case "$" where !isInClass: output += "\\z"
      default: output.append(character)
      }
    }
    return output
  }
}
