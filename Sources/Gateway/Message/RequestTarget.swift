import Model

/// The path and query that a request names. Names in it are values to look up, never paths.
struct RequestTarget: Sendable {
  /// The path's segments as they were written, without the slash in front: `/a/b` has two, `/a/` too.
  let segments: [Substring]
  /// What followed `?`, as it was written.
  let query: Substring

  /// - Throws: `Problem` `invalid` for what is not a path.
  init(_ text: String) throws {
    guard text.utf8.first == UInt8(ascii: "/") else {
      throw Problem(.invalid, "the request names no path", rule: "it begins with a slash")
    }
    // Clients send no fragment; one that comes all the same is not part of the query.
    let whole = text.prefix { $0 != "#" }
    let path = whole.prefix { $0 != "?" }
    query = whole.dropFirst(path.count).dropFirst()
    segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
  }

  /// The segment decoded; `nil` if it is not well encoded, for then it is nothing's name.
  func name(at index: Int) -> String? {
    guard index < segments.count else { return nil }
    return try? PercentEncoding.decode(segments[index].utf8)
  }

  /// What follows the first `count` segments, from its slash on, decoded; empty if nothing does.
  ///
  /// - Throws: `Problem` `invalid` if it is not well encoded.
  func rest(after count: Int) throws -> String {
    let rest = segments.dropFirst(count)
    guard !rest.isEmpty else { return "" }
    return try rest.reduce(into: "") { path, segment in
      path += "/" + (try PercentEncoding.decode(segment.utf8))
    }
  }
}
