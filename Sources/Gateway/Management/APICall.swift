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
    try members(of: try await exchange.body.collect(atMost: limit))
  }

  /// The members of the JSON object that a whole body is; none if there are no bytes.
  func members(of bytes: [UInt8]) throws -> [String: JSONValue] {
    let known = route.body?.members ?? []
    guard !bytes.isEmpty else { return [:] }
    guard let members = try JSONValue(parsing: bytes).objectValue else {
      throw Problem(.invalid, "the body is not a JSON object", field: "body")
    }
    try Self.validate(members, known: known)
    return members
  }

  /// - Parameter place: the JSON pointer to the object.
  static func validate(_ members: [String: JSONValue], known: [String], at place: String = "") throws {
    for name in members.keys.sorted() where !known.contains(name) {
      throw Problem(
        .invalid, "there is no such member", field: "\(place)/\(name)", rule: "one of \(known.joined(separator: ", "))",
        hint: Spelling.hint(name, among: known))
    }
  }
}
