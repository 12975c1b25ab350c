/// The rule for names of instances and hooks, which stand in URLs and never in paths.
public enum Name {
  /// First path segments that the server itself answers; no instance may have one of these names.
  public static let reservedForInstances: Set<String> = [
    "api", "v0", "v1", "v1.1", "v2", "v3", "healthz", "readyz", "livez", "metrics", "console", ".well-known", "login",
    "logout", "auth", "oauth", "static", "assets", "docs", "openapi", "favicon.ico", "robots.txt", "admin", "batch",
    "gateway", "datastore", "files", "events", "grapnel",
    // The data protocol's word for everybody's own bucket.
    "default",
  ]

  /// - Throws: `Problem` with code `invalid` unless `name` is 1–63 characters of `a-z`, `0-9`, `-`, `_` that starts
  ///   with a letter or a digit.
  public static func validate(_ name: String, field: String) throws {
    let bytes = Array(name.utf8)
    let isAlphanumeric = { (byte: UInt8) in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard (1...63).contains(bytes.count), isAlphanumeric(bytes[0]),
      bytes.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
    else {
      throw Problem(
        .invalid, "the name cannot be used", field: field,
        rule: "1 to 63 characters of a-z, 0-9, - and _, the first a letter or a digit")
    }
  }

  /// - Throws: `Problem` with code `invalid` if `name` breaks the rule for names or is reserved.
  public static func validateInstance(_ name: String, field: String = "instance") throws {
    try validate(name, field: field)
    guard !reservedForInstances.contains(name) else {
      throw Problem(.invalid, "the name \(name) is reserved for the server itself", field: field)
    }
  }
}
