import Model

/// Speaks for a hook with browsers that ask on behalf of pages of other origins.
struct CrossOrigin: Sendable {
  let rule: CORSRule
  /// The methods that the endpoint answers; empty for every one.
  let methods: [String]

  private static let everyMethod = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

  /// The answer to a browser's question whether a page may send what it wants to; `nil` for any other request.
  func preflight(_ exchange: Exchange) -> HTTPAnswer? {
    guard exchange.method == "OPTIONS", let origin = exchange.header("origin"),
      exchange.header("access-control-request-method") != nil
    else { return nil }
    var headers = [
      HeaderField(
        name: "Vary", value: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
    ]
    if let allowed = allowed(origin) {
      headers += allowed
      let mayUse = rule.methods.isEmpty ? methods.isEmpty ? Self.everyMethod : methods : rule.methods
      headers.append(HeaderField(name: "Access-Control-Allow-Methods", value: mayUse.joined(separator: ", ")))
      if !rule.headers.isEmpty {
        headers.append(HeaderField(name: "Access-Control-Allow-Headers", value: rule.headers.joined(separator: ", ")))
      }
      let seconds = rule.maximumAge.wholeMilliseconds / 1000
      headers.append(HeaderField(name: "Access-Control-Max-Age", value: "\(seconds)"))
    }
    return HTTPAnswer(status: 204, headers: HTTPAnswer.ownHeaders + headers)
  }

  /// Adds what lets a page read the answer. What the hook itself says of this has no effect: the rule decides.
  func permit(_ answer: inout HTTPAnswer, to exchange: Exchange) {
    answer.headers.removeAll { $0.name.lowercased().hasPrefix("access-control-") }
    if !rule.isForAll { answer.headers.append(HeaderField(name: "Vary", value: "Origin")) }
    guard let origin = exchange.header("origin"), let allowed = allowed(origin) else { return }
    answer.headers += allowed
    guard !rule.exposes.isEmpty else { return }
    answer.headers.append(
      HeaderField(name: "Access-Control-Expose-Headers", value: rule.exposes.joined(separator: ", ")))
  }

  private func allowed(_ origin: String) -> [HeaderField]? {
    guard rule.isForAll || rule.origins.contains(origin) else { return nil }
    var headers = [HeaderField(name: "Access-Control-Allow-Origin", value: rule.isForAll ? "*" : origin)]
    if rule.allowsCredentials { headers.append(HeaderField(name: "Access-Control-Allow-Credentials", value: "true")) }
    return headers
  }
}
