import Foundation
import Model

/// A payload as options name it: JSON, `@FILE`, or `@-` for standard input.
enum PayloadOption {
  /// - Parameter option: how the option is written, for what is wrong with its value.
  static func read(_ text: String, option: String, _ context: CommandContext) throws -> JSONValue {
    let bytes: [UInt8]
    let source: String
    if text == "@-" {
      source = "standard input"
      bytes = try context.readStandardInput()
    } else if text.hasPrefix("@") {
      source = String(text.dropFirst())
      guard let content = FileManager.default.contents(atPath: context.absolute(source)) else {
        throw Problem(.invalid, "cannot be read", field: option, file: source)
      }
      bytes = Array(content)
    } else {
      source = option
      bytes = Array(text.utf8)
    }
    do {
      return try JSONValue(parsing: bytes)
    } catch var problem as Problem {
      problem.field = source
      problem.hint = "a text needs its quotes: \(option) '\"text\"'"
      throw problem
    }
  }
}
