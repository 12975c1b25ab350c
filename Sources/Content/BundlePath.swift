/// The rule for paths of files in a bundle: relative, and never able to leave it.
enum BundlePath {
  static let maximumLength = 1024
  static let maximumComponent = 255

  /// Why `path` cannot be used; `nil` if it can.
  static func objection(to path: String) -> String? {
    guard (1...maximumLength).contains(path.utf8.count) else { return "1 to \(maximumLength) bytes" }
    guard path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return "no control characters" }
    for component in path.split(separator: "/", omittingEmptySubsequences: false) {
      guard !component.isEmpty, component != ".", component != ".." else {
        return "a relative path without empty, . and .. components"
      }
      guard component.utf8.count <= maximumComponent else { return "components of at most \(maximumComponent) bytes" }
    }
    return nil
  }
}
