import Model

/// What a hook has answered that was asked something on the way of a request.
struct HookAnswer: Sendable {
  var run: ID<Run>
  var status: Int
  /// What it printed, or else what it returned, as text.
  var body: [UInt8]

  /// The answer as a value; `nil` for none.
  ///
  /// - Throws: `Problem` `runFailed` if it is no JSON.
  func value() throws(Problem) -> JSONValue? {
    guard body.contains(where: { !$0.isSpace }) else { return nil }
    do {
      let value = try JSONValue(parsing: body)
      guard value != .null else { return Optional<JSONValue>.none }
      return value
    } catch {
      throw Problem(
        .runFailed, "it answered with what is no JSON",
        hint: "return a value, or print JSON and nothing else; messages belong into the log")
    }
  }
}

extension UInt8 {
  fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
