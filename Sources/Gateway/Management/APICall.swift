import Model

/// One request of the management API.
struct APICall: Sendable {
  let exchange: Exchange
  /// What the path holds at the places that the template names.
  let names: [String: String]
  let query: APIQuery

  /// The members of the JSON object in the body; none if there is no body.
  ///
  /// - Throws: `Problem` `invalid` if the body is not a JSON object, or has other members than `known`; `tooLarge`
  ///   beyond `limit` bytes.
  func members(known: [String], limit: Int) async throws -> [String: JSONValue] {
    let bytes = try await exchange.body.collect(atMost: limit)
    guard !bytes.isEmpty else { return [:] }
    guard let members = try JSONValue(parsing: bytes).objectValue else {
      throw Problem(.invalid, "the body is not a JSON object", field: "body")
    }
    for name in members.keys.sorted() where !known.contains(name) {
      throw Problem(
        .invalid, "there is no such member", field: "/\(name)", rule: "one of \(known.joined(separator: ", "))",
        hint: Spelling.hint(name, among: known))
    }
    return members
  }
}
