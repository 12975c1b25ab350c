public import Model

extension Client {
  /// Knocks at a hook's HTTP door and returns what the hook answers, whatever its status is; the body streams.
  ///
  /// - Parameters:
  ///   - rest: what follows the hook's name in the path, segment by segment.
  ///   - query: the pairs of the query string.
  public func call(
    hook: String, method: String = "POST", rest: [String] = [], query: [(String, String)] = [],
    headers: [HeaderField] = [], body: [UInt8]? = nil, instance: String? = nil
  ) async throws -> ClientResponse {
    let address = url([instance ?? self.instance ?? "main", hook] + rest, query: query.map { ($0.0, $0.1) })
    return try await exchange(method, address, headers: headers, body: body, patience: .seconds(86_400))
  }
}
