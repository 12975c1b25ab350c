/// Which entries of folders are no content.
///
/// - Everywhere: version control (`.git`, `.hg`, `.svn`, `.bzr`, `.jj`), `__pycache__`, `.DS_Store`, and what editors put
///   beside a file while it is open or being saved (`*~`, `*.swp`, `*.swo`, `*.swx`, `.#*`, `#*#`, `4913`).
/// - At the top of a folder of hooks also all that begins with `.` or `_`, and `README*`.
enum IgnoredName {
  private static let names: Set<String> = [
    ".git", ".hg", ".svn", ".bzr", ".jj", "__pycache__", ".DS_Store", "4913",
  ]

  static func isIgnored(_ name: String) -> Bool {
    names.contains(name) || name.hasSuffix("~") || name.hasPrefix(".#") || (name.hasPrefix("#") && name.hasSuffix("#"))
      || (name.hasPrefix(".") && [".swp", ".swo", ".swx"].contains { name.hasSuffix($0) })
  }

  static func isIgnoredAtTop(_ name: String) -> Bool {
    isIgnored(name) || name.hasPrefix(".") || name.hasPrefix("_") || name.hasPrefix("README")
  }
}
