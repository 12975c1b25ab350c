import HTTPTypes
import Model
import Records
import Store

/// Writes what came of requests as answers. What is stored as JSON is copied into them as it is.
struct AnswerWriter {
  let service: RecordService

  /// - Parameter before: the object as it was, where the answer shows what has changed of it.
  func answer(
    _ answer: DataAnswer, to data: DataRequest, _ request: KintoRequest, before: JSONValue? = nil
  ) throws -> KintoAnswer {
    try demand(request.condition, answer)
    var result = KintoAnswer(
      answer.isCreated ? 201 : 200, headers: KintoHeaders.state(answer.timestamp, version: answer.version))
    switch answer.content {
    case .object(let object, let lists):
      result.body = try body(of: object, lists, data, request, before: before)
      if request.call.isRead { result.exposed = KintoHeaders.exposedOfObject }
    case .page(let page):
      result.body = try body(of: page, request)
      result.headers[KintoHeaders.nextPage] = try nextPage(page.next, request)
      if request.call.isRead { result.exposed = KintoHeaders.exposedOfList }
    case .count(let count):
      result.headers[KintoHeaders.totalObjects] = String(count)
      result.headers[KintoHeaders.totalRecords] = String(count)
      result.exposed = KintoHeaders.exposedOfCount
    }
    if answer.related != nil || !answer.report.isEmpty { Self.append(answer, to: &result.body) }
    if request.query.isDeprecated {
      result.headers[KintoHeaders.alert] = #"{"code":"soft-eol","message":"_to is deprecated, use _before instead"}"#
    }
    return result
  }

  private func demand(_ condition: Precondition?, _ answer: DataAnswer) throws {
    guard case .isAt(let moment)? = condition, moment != answer.version ?? answer.timestamp else { return }
    guard case .object(let object, _) = answer.content else {
      throw DataRefusal.preconditionFailed(timestamp: answer.timestamp, existing: nil)
    }
    throw DataRefusal.preconditionFailed(timestamp: answer.timestamp, existing: object)
  }

  // Bodies

  private func body(
    of object: StoredObject, _ lists: AccessLists?, _ data: DataRequest, _ request: KintoRequest, before: JSONValue?
  ) throws -> [UInt8] {
    if let fields = request.query.fields, request.call.isRead {
      return Self.enveloped(fields.applied(to: try JSONReader.read(object.data)).serializedBytes)
    }
    switch request.behaviour {
    case .full: break
    case .light: return Self.enveloped(try changes(of: object, data, from: before).serializedBytes)
    case .diff: return Self.enveloped(try changes(of: object, data, from: nil).serializedBytes)
    }
    guard let lists else { return Self.enveloped(object.data) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(object.data.count + 64)
    bytes += Self.permissions
    Self.write(lists, to: &bytes)
    bytes += Self.data
    bytes += object.data
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  /// The members that a request has sent and that are not as they were before, or, with nothing before, as they were sent.
  private func changes(of object: StoredObject, _ data: DataRequest, from before: JSONValue?) throws -> JSONValue {
    let after = try JSONReader.read(object.data)
    let sent: [String: JSONValue] =
      switch data.content {
      case .members(let members, _), .whole(let members, _): members ?? [:]
      case .merge(let patch, _): patch?.objectValue ?? [:]
      case .operations, .several: after.objectValue ?? [:]
      }
    var changes: [String: JSONValue] = [:]
    for (name, value) in sent where name != "id" && name != "last_modified" {
      guard let now = after[name], now != (before == nil ? value : before?[name]) else { continue }
      changes[name] = now
    }
    return .object(changes)
  }

  private func body(of page: ObjectPage, _ request: KintoRequest) throws -> [UInt8] {
    var bytes = Self.list
    bytes.reserveCapacity(page.objects.reduce(16) { $0 + $1.data.count + 1 })
    for (index, object) in page.objects.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if let fields = request.query.fields, request.call.isRead {
        bytes += fields.applied(to: try JSONReader.read(object.data)).serializedBytes
      } else {
        bytes += object.data
      }
    }
    bytes += Self.listEnd
    return bytes
  }

  /// Adds to a body what stands beside the objects.
  private static func append(_ answer: DataAnswer, to body: inout [UInt8]) {
    guard body.popLast() != nil else { return }
    if let related = answer.related {
      body += ",\"included\":{".utf8
      for (index, (name, objects)) in related.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { body.append(UInt8(ascii: ",")) }
        body += JSONValue.string(name).serializedBytes
        body += ":{".utf8
        for (number, object) in objects.enumerated() {
          if number > 0 { body.append(UInt8(ascii: ",")) }
          body += JSONValue.string(object.name).serializedBytes
          body.append(UInt8(ascii: ":"))
          body += object.data
        }
        body.append(UInt8(ascii: "}"))
      }
      body.append(UInt8(ascii: "}"))
    }
    if !answer.report.isEmpty {
      body += ",\"meta\":".utf8
      body += meta(answer.report).serializedBytes
    }
    body.append(UInt8(ascii: "}"))
  }

  private static func meta(_ report: ChangeReport) -> JSONValue {
    var meta: [String: JSONValue] = [:]
    if !report.deleted.isEmpty {
      meta["deleted"] = .array(report.deleted.map { ["class": .string($0.recordClass), "id": .string($0.id)] })
    }
    if !report.displaced.isEmpty {
      meta["displaced"] = .array(
        report.displaced.map { displaced in
          [
            "class": .string(displaced.record.recordClass), "id": .string(displaced.record.id),
            "field": .string(displaced.field), "was": .string(displaced.was),
          ]
        })
    }
    return .object(meta)
  }

  private static let permissions = Array(#"{"permissions":{"#.utf8)
  private static let data = Array(#"},"data":"#.utf8)
  private static let dataAlone = Array(#"{"data":"#.utf8)
  private static let list = Array(#"{"data":["#.utf8)
  private static let listEnd = Array("]}".utf8)

  static func enveloped(_ data: [UInt8]) -> [UInt8] { dataAlone + data + [UInt8(ascii: "}")] }

  private static func write(_ lists: AccessLists, to bytes: inout [UInt8]) {
    var isFirst = true
    for permission in DataPermission.allCases {
      guard let principals = lists[permission], !principals.isEmpty else { continue }
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      bytes += "\"\(permission.kintoWord)\":".utf8
      bytes += JSONValue.array(principals.sorted().map { .string($0) }).serializedBytes
    }
  }

  // Pages

  func nextPage(_ next: [JSONValue?]?, _ request: KintoRequest) throws -> String? {
    guard let next, !request.call.isHead else { return nil }
    let token = PageToken.encode(next)
    guard token.utf8.count <= KintoConfiguration.tokenMax else {
      throw Problem(
        .tooLarge, "the values that the list is sorted by are too long for pages", field: "_sort",
        hint: "sort by another field")
    }
    let limit = service.configuration.limit(asked: request.query.selection.limit)
    let kept = request.query.kept.map { PercentText.addressable($0) + "&" }.joined()
    let call = request.call
    return
      "\(call.scheme)://\(call.authority)\(PercentText.addressable(call.path))?\(kept)_limit=\(limit)&_token=\(token)"
  }
}
