import HTTPTypes
import Model
import Records
import Store

/// Lists that are no lists of objects: what is shared with somebody, and what has happened.
extension KintoSession {
  private static let places: Set<String> = [
    "id", "uri", "resource_name", "bucket_id", "group_id", "collection_id", "record_id", "account_id",
  ]

  func permissions(_ request: KintoRequest) throws -> KintoAnswer {
    try check(request.query, known: Self.places.union(["permissions"]))
    var entries: [JSONValue] = []
    var row: Int64 = 0
    repeat {
      let (objects, next) = try session.shared(after: row, limit: RecordConfiguration.objectsMax)
      entries += objects.map { entry($0) }
      row = next ?? 0
      guard entries.count <= KintoConfiguration.scanMax else { throw Self.tooMany }
    } while row != 0
    if let root = rootEntry(request.requester) { entries.append(root) }
    var selection = request.query.selection
    if selection.order == DataSelection().order {
      selection.order = [FieldOrder(.member("uri"), isDescending: true)]
    }
    return try listing(entries, ValueQuery(selection: selection, key: "uri"), request, timestamp: now)
  }

  private var now: Int64 { configuration.clock.now.microseconds / 1000 }

  private static let tooMany = Problem(
    .tooLarge, "there are more entries than are looked through at once", field: "_since",
    rule: "at most \(KintoConfiguration.scanMax)")

  private func entry(_ object: SharedObject) -> JSONValue {
    var entry: [String: JSONValue] = [
      "id": .string(object.name), "resource_name": .string(object.kind.word),
      "uri": .string(
        KintoRoute.address(of: object.kind, object.name, bucket: object.bucket, recordClass: object.recordClass)),
      "permissions": .array(object.permissions.map { .string($0.kintoWord) }),
    ]
    entry["bucket_id"] = object.bucket.map { .string($0) }
    entry["collection_id"] = object.recordClass.map { .string($0) }
    entry["\(object.kind.word)_id"] = .string(object.name)
    return .object(entry)
  }

  private func rootEntry(_ requester: Requester) -> JSONValue? {
    var permissions: [JSONValue] = []
    if requester.rights.contains(.createBuckets) { permissions.append("bucket:create") }
    if requester.rights.contains(.createAccounts) { permissions.append("account:create") }
    guard !permissions.isEmpty else { return nil }
    return ["uri": "/", "resource_name": "root", "permissions": .array(permissions)]
  }

  // History

  func history(of bucket: String, _ request: KintoRequest) throws -> KintoAnswer {
    var name = bucket
    if request.isInDefaultBucket { name = try session.defaultBucket() }
    var entries: [JSONValue] = []
    var after = request.query.selection.filters.reduce(Int64(0)) { most, filter in
      guard filter.field == .modified, case .greater(.int(let moment)) = filter.test else { return most }
      return max(most, moment)
    }
    var timestamp: Int64 = 0
    while true {
      let part = try session.history(of: name, after: after, limit: RecordConfiguration.objectsMax)
      timestamp = part.timestamp
      entries += try part.entries.map { try entry($0, in: name) }
      guard entries.count <= KintoConfiguration.scanMax else { throw Self.tooMany }
      guard part.entries.count == RecordConfiguration.objectsMax, let last = part.entries.last else { break }
      after = last.modified
    }
    try check(
      request.query, known: Self.places.union(["action", "date", "user_id", "last_modified", "target", "deleted"]))
    let query = ValueQuery(selection: request.query.selection, key: "id")
    guard request.call.method != "DELETE" else { return try deleteHistory(of: name, entries, query, request) }
    return try listing(entries, query, request, timestamp: timestamp)
  }

  private func deleteHistory(
    of bucket: String, _ entries: [JSONValue], _ query: ValueQuery, _ request: KintoRequest
  ) throws -> KintoAnswer {
    let limit = service.configuration.limit(asked: request.query.selection.limit)
    let page = request.query.selection.limit == nil ? entries.count + 1 : limit
    let chosen = query.page(of: entries, limit: page).values
    _ = try session.deleteHistory(of: bucket, ids: Set(chosen.compactMap { $0["id"]?.stringValue }))
    let tombstones = chosen.map { entry -> JSONValue in
      ["id": entry["id"] ?? .null, "last_modified": entry["last_modified"] ?? .null, "deleted": true]
    }
    return KintoAnswer(
      200, headers: KintoHeaders.state(now), body: AnswerWriter.enveloped(JSONValue.array(tombstones).serializedBytes))
  }

  private func entry(_ entry: HistoryEntry, in bucket: String) throws -> JSONValue {
    var lists: [String: JSONValue] = [:]
    for (permission, principals) in entry.permissions {
      lists[permission.kintoWord] = .array(principals.map { .string($0) })
    }
    let data = try JSONReader.read(entry.data)
    var result: [String: JSONValue] = [
      "id": .string(entry.id), "last_modified": .int(entry.modified), "action": .string(entry.action.rawValue),
      "date": .string(entry.time.rfc3339.replacing("Z", with: "+00:00")),
      "user_id": .string(entry.user ?? "system.Everyone"), "resource_name": .string(entry.kind.word),
      "uri": .string(KintoRoute.address(of: entry.kind, entry.name, bucket: bucket, recordClass: entry.recordClass)),
      "target": ["data": data, "permissions": .object(lists)],
    ]
    result["collection_id"] = entry.recordClass.map { .string($0) }
    result["\(entry.kind.word)_id"] = .string(entry.name)
    return .object(result)
  }

  // Both

  /// Only what the entries can have may be asked for.
  private func check(_ query: KintoQuery, known: Set<String>) throws {
    let faults = query.faults + query.selection.numberFaults
    guard faults.isEmpty else { throw DataRefusal.invalid(faults) }
    let names = query.selection.filters.map(\.field) + query.selection.order.map(\.field)
    for case .member(let name) in names where !known.contains(String(name.prefix { $0 != "." })) {
      throw DataRefusal.invalid([DataFault(.querystring, name, "Unknown field '\(name.prefix(60))'")])
    }
    for name in query.fields?.names ?? [] where !known.contains(String(name.prefix { $0 != "." })) {
      throw DataRefusal.invalid([DataFault(.querystring, "_fields", "Unknown field '\(name.prefix(60))'")])
    }
  }

  private func listing(
    _ entries: [JSONValue], _ query: ValueQuery, _ request: KintoRequest, timestamp: Int64
  ) throws -> KintoAnswer {
    let limit = service.configuration.limit(asked: request.query.selection.limit)
    var (values, next) = query.page(of: entries, limit: limit)
    if let fields = request.query.fields { values = values.map(fields.applied) }
    var answer = KintoAnswer(
      200, headers: KintoHeaders.state(timestamp),
      body: AnswerWriter.enveloped(JSONValue.array(values).serializedBytes),
      exposed: KintoHeaders.exposedOfList)
    answer.headers[KintoHeaders.nextPage] = try writer.nextPage(next, request)
    answer.headers[.cacheControl] = KintoHeaders.uncached
    return answer
  }
}
