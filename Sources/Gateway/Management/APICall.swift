import Model

/// One request of the management API.
struct APICall: Sendable {
  let route: APIRoute
  let exchange: Exchange
  /// What the path holds at the places that the template names.
  let names: [String: String]
  let query: APIQuery

  /// - Throws: `Problem` `invalid` for a query that the row does not know.
  init(_ route: APIRoute, _ exchange: Exchange, names: [String: String]) throws {
    self.route = route
    self.exchange = exchange
    self.names = names
    query = try APIQuery(exchange.target.query, known: route.parameters.map(\.name))
  }

  /// The members of the JSON object in the body; none if there is no body.
  ///
  /// - Throws: `Problem` `invalid` if the body is not a JSON object, or has members that the row's body does not name;
  ///   `tooLarge` beyond `limit` bytes.
  func members(limit: Int) async throws -> [String: JSONValue] {
    let known = route.body?.members ?? []
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
