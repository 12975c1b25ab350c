import Foundation
public import Model

/// Classes and records, as the server's data protocol has them.
extension Client {
  /// One page of the classes of a bucket.
  public func classes(in bucket: String, cursor: String? = nil) async throws -> Page<JSONValue> {
    try await dataPage(["buckets", bucket, "collections"], [("_sort", "id"), ("_limit", "1000"), ("_token", cursor)])
  }

  public func recordClass(_ name: String, in bucket: String) async throws -> JSONValue {
    try await data("GET", Self.path(name, bucket))
  }

  /// Makes a class, which must not be there.
  public func createClass(_ name: String, in bucket: String, data: JSONValue) async throws -> JSONValue {
    try await self.data(
      "PUT", Self.path(name, bucket), data, headers: [HeaderField(name: "If-None-Match", value: "*")])
  }

  /// Deletes a class with all of its records.
  public func removeClass(_ name: String, in bucket: String) async throws {
    _ = try await data("DELETE", Self.path(name, bucket))
  }

  /// One page of the records of a class.
  public func records(_ query: RecordQuery) async throws -> Page<JSONValue> {
    let parameters: [(String, String?)] =
      query.filters.map { ($0.name, $0.value) } + [
        ("_sort", query.order), ("_limit", query.limit.map(String.init)), ("_token", query.cursor),
      ]
    return try await dataPage(Self.path(query.recordClass, query.bucket) + ["records"], parameters)
  }

  public func record(_ id: String, of recordClass: String, in bucket: String) async throws -> JSONValue {
    try await data("GET", Self.path(recordClass, bucket) + ["records", id])
  }

  public func createRecord(_ data: JSONValue, of recordClass: String, in bucket: String) async throws -> JSONValue {
    try await self.data("POST", Self.path(recordClass, bucket) + ["records"], data)
  }

  /// Puts a record in the place of the one with that id, or where none is.
  public func putRecord(
    _ id: String, _ data: JSONValue, of recordClass: String, in bucket: String
  ) async throws -> JSONValue {
    try await self.data("PUT", Self.path(recordClass, bucket) + ["records", id], data)
  }

  /// Changes some members of a record; `null` removes one.
  public func patchRecord(
    _ id: String, _ data: JSONValue, of recordClass: String, in bucket: String
  ) async throws -> JSONValue {
    try await self.data(
      "PATCH", Self.path(recordClass, bucket) + ["records", id], data, type: "application/merge-patch+json")
  }

  /// - Returns: what is left of it: its id, and when it was deleted.
  @discardableResult
  public func removeRecord(_ id: String, of recordClass: String, in bucket: String) async throws -> JSONValue {
    try await data("DELETE", Self.path(recordClass, bucket) + ["records", id])
  }

  /// The changes of a class as they come, those after the moment `after` first: each record as it is then, and of one
  /// that was deleted its id and `deleted`. The sequence goes on over lost connections.
  public func followRecords(
    of recordClass: String, in bucket: String, after: Int64? = nil
  ) -> LiveTail<JSONValue> {
    LiveTail(
      client: self,
      source: LiveTail.Source(
        path: ["v1"] + Self.path(recordClass, bucket) + ["events"], query: [], event: "change", after: after,
        sequence: { $0["last_modified"]?.intValue ?? 0 }), pause: { try await Task.sleep(for: $0) })
  }

  private static func path(_ recordClass: String, _ bucket: String) -> [String] {
    ["buckets", bucket, "collections", recordClass]
  }

  private func data(
    _ method: String, _ path: [String], _ value: JSONValue? = nil, type: String = "application/json",
    headers: [HeaderField] = []
  ) async throws -> JSONValue {
    var headers = headers + [Self.acceptJSON]
    var body: [UInt8]?
    if let value {
      headers.append(HeaderField(name: "Content-Type", value: type))
      body = JSONValue.object(["data": value]).serializedBytes
    }
    return try await Self.member(try await send(method, url(["v1"] + path), headers: headers, body: body))
  }

  private func dataPage(_ path: [String], _ query: [(String, String?)]) async throws -> Page<JSONValue> {
    let response = try await send("GET", url(["v1"] + path, query: query), headers: [Self.acceptJSON])
    let next = response.header("Next-Page").flatMap { URLComponents(string: $0) }?.queryItems
    let items = try await Self.member(response).arrayValue ?? []
    return Page(items: items, nextCursor: next?.first { $0.name == "_token" }?.value)
  }

  private static func member(_ response: ClientResponse) async throws -> JSONValue {
    let bytes = try await response.collect(upTo: largestAnswer)
    guard let data = (try? JSONValue(parsing: bytes))?["data"] else {
      throw ClientError.unexpectedAnswer(status: response.status, detail: "it has no data")
    }
    return data
  }

  /// The error that an answer of the data protocol stands for; `nil` if it is none.
  static func dataFailure(_ bytes: [UInt8], status: Int) -> ClientError? {
    guard let value = try? JSONValue(parsing: bytes), value["errno"]?.intValue != nil else { return nil }
    let code: Problem.Code =
      switch status {
      case 401: .unauthenticated
      case 403: .forbidden
      case 404: .notFound
      case 405: .methodNotAllowed
      case 409, 412: .conflict
      case 413: .tooLarge
      case 429: .tooMany
      case 400, 406, 415: .invalid
      case 503: .unavailable
      default: .internal
      }
    var problem = Problem(code, value["message"]?.stringValue ?? value["error"]?.stringValue ?? "it failed")
    if code == .notFound, let details = value["details"], let name = details["id"]?.stringValue {
      let kind = details["resource_name"]?.stringValue == "collection" ? "class" : details["resource_name"]?.stringValue
      problem.message = "there is no \(kind ?? "object") \(name)"
    }
    if let faults = value["details"]?.arrayValue, let first = faults.first {
      problem.message = first["description"]?.stringValue ?? problem.message
      problem.field = first["name"]?.stringValue
      let more = faults.dropFirst().compactMap { fault -> String? in
        guard let text = fault["description"]?.stringValue else { return nil }
        return fault["name"]?.stringValue.map { "\($0): \(text)" } ?? text
      }
      if !more.isEmpty { problem.hint = "also " + more.joined(separator: "; ") }
    }
    if let other = value["details"]?["existing"]?["id"]?.stringValue, code == .conflict {
      problem.rule = "the record \(other) has it"
    }
    if status == 412 {
      problem.message = "it is there already, or was changed meanwhile"
    }
    return .refused(ProblemResource(error: problem), status: status)
  }
}
