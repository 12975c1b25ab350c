import Model
import Records
import Runtimes
import Store

/// What a run may ask of the records of its instance, within the scopes that its hook declares.
struct HostRecords: Sendable {
  /// How much of records one reply carries.
  private static let longestReply = 4 << 20
  /// How many records a list has unless the run says so.
  private static let usualLimit = 100
  private static let limitMax = 1000

  static let methods = ["create", "delete", "get", "list", "put", "update"].map { "records.\($0)" }

  let service: RecordService

  /// - Parameter method: one of `methods`.
  /// - Throws: `Problem` with what the run may be told.
  func answer(_ call: HostCall, of plan: RunExecution.Plan) async throws -> JSONValue {
    let members = call.parameters
    let recordClass = try text("class", of: members)
    let changes = call.method != "records.get" && call.method != "records.list"
    try demandScope(changes ? "records.write" : "records.read", recordClass, plan.run.definition.scopes)
    let target = DataTarget(.record, bucket: plan.instance.name, recordClass: recordClass)
    let request = try request(call.method, members, target)
    // Nobody but the scopes says what a hook may do with the data of its own instance.
    let requester = Requester(
      user: plan.run.hook.map { "hook:\($0)" } ?? "run:\(plan.run.id)", rights: [], instance: plan.instance.id,
      instancePermissions: [changes ? .write : .read], cause: plan.run.consequence, isHook: true,
      scope: Self.classes(in: plan.run.definition.scopes))
    do {
      return try value(of: try await service.perform(request, as: requester))
    } catch let refusal as DataRefusal {
      throw Problem(refusal)
    }
  }

  /// The classes that the scopes name: references lead a request to records of others.
  private static func classes(in scopes: [String]) -> ClassScope {
    let named = { (word: String) -> Set<String>? in
      if scopes.contains(word) { return nil }
      return Set(scopes.filter { $0.hasPrefix(word + ":") }.map { String($0.dropFirst(word.count + 1)) })
    }
    return ClassScope(reads: named("records.read"), writes: named("records.write"))
  }

  private func demandScope(_ scope: String, _ recordClass: String, _ scopes: [String]) throws {
    // Whoever may write may read what they have written.
    let sufficient = scope == "records.read" ? ["records.read", "records.write"] : [scope]
    guard sufficient.contains(where: { scopes.contains($0) || scopes.contains("\($0):\(recordClass)") }) else {
      throw Problem(
        .forbidden, "the hook may not do that with the records of \(recordClass)", field: "scopes",
        hint: "declare scopes: [\(scope):\(recordClass)]")
    }
  }

  private func request(_ method: String, _ members: JSONValue, _ target: DataTarget) throws -> DataRequest {
    var target = target
    if method != "records.list", method != "records.create" || members["id"].map({ $0 != .null }) == true {
      target.name = try text("id", of: members)
    }
    let precondition = try precondition(members)
    switch method {
    case "records.get": return DataRequest(.read, target)
    case "records.list": return DataRequest(.read, target, selection: try selection(members))
    case "records.create":
      let content = DataContent.whole(data: try data(members), lists: nil)
      guard target.name != nil else { return DataRequest(.add, target, content: content) }
      return DataRequest(.put, target, precondition: .isAbsent, content: content)
    case "records.put":
      let content = DataContent.whole(data: try data(members), lists: nil)
      return DataRequest(.put, target, precondition: precondition, content: content)
    case "records.update":
      let content = DataContent.members(data: try data(members), lists: nil)
      return DataRequest(.change, target, precondition: precondition, content: content)
    case "records.delete": return DataRequest(.delete, target, precondition: precondition)
    default: throw Problem(.notFound, "a host has no method \(method)")
    }
  }

  private func text(_ name: String, of members: JSONValue) throws -> String {
    // The ids of some classes are numbers.
    if name == "id", let number = members[name]?.intValue { return String(number) }
    guard let text = members[name]?.stringValue, !text.isEmpty else {
      throw Problem(.invalid, "the call has no \(name)", field: name, rule: "a text")
    }
    return text
  }

  private func data(_ members: JSONValue) throws -> [String: JSONValue] {
    guard let data = members["data"]?.objectValue else {
      throw Problem(.invalid, "the record is no object", field: "data")
    }
    return data
  }

  private func precondition(_ members: JSONValue) throws -> Precondition? {
    guard let moment = members["if_match"], moment != .null else { return nil }
    guard let moment = moment.intValue else {
      throw Problem(.invalid, "that is no moment", field: "if_match", rule: "the last_modified of a record")
    }
    return .isAt(moment)
  }

  private func selection(_ members: JSONValue) throws -> DataSelection {
    var selection = DataSelection(limit: Self.usualLimit)
    if let conditions = members["where"], conditions != .null {
      selection.filters = try FieldFilter.reading(conditions, field: "where")
    }
    if let order = members["sort"], order != .null {
      guard let fields = order.arrayValue?.map(\.stringValue), fields.count <= 8,
        fields.allSatisfy({ $0.map { !$0.isEmpty && $0 != "-" } == true })
      else {
        throw Problem(.invalid, "that is no order", field: "sort", rule: "at most 8 names, a minus before one turns it")
      }
      selection.order = fields.compactMap { $0 }.map { name in
        FieldOrder(
          FieldReference(named: name.hasPrefix("-") ? String(name.dropFirst()) : name),
          isDescending: name.hasPrefix("-"))
      }
    }
    if let limit = members["limit"], limit != .null {
      guard let limit = limit.intValue, (1...Int64(Self.limitMax)).contains(limit) else {
        throw Problem(.invalid, "the limit cannot be used", field: "limit", rule: "1 to \(Self.limitMax)")
      }
      selection.limit = Int(limit)
    }
    if let after = members["after"], after != .null {
      // A missing value is an empty array: null is a value.
      guard let values = after.arrayValue, values.count == selection.order.count + 1,
        values.allSatisfy({ ($0.arrayValue?.count).map { $0 < 2 } == true })
      else {
        throw Problem(.invalid, "that is no place in this list", field: "after", rule: "the next of the page before")
      }
      selection.after = values.map { $0.arrayValue?.first }
    }
    return selection
  }

  private func value(of answer: DataAnswer) throws -> JSONValue {
    switch answer.content {
    case .object(let object, lists: _): return try JSONValue(parsing: object.data)
    case .count(let count): return ["count": .int(count)]
    case .page(let page):
      guard page.objects.reduce(0, { $0 + $1.data.count }) <= Self.longestReply else {
        throw Problem(
          .tooLarge, "the records are more than \(ByteSize(bytes: Int64(Self.longestReply)))", field: "limit",
          hint: "ask for fewer at once")
      }
      var members: [String: JSONValue] = ["items": .array(try page.objects.map { try JSONValue(parsing: $0.data) })]
      if let next = page.next { members["next"] = .array(next.map { .array($0.map { [$0] } ?? []) }) }
      return .object(members)
    }
  }
}
