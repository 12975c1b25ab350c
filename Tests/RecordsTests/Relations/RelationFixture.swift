import Foundation
import Model
import Records
import Store
import StoreSQLite
import Testing

/// A service with a bucket `b`, by default on a real store, and short ways to ask about classes that refer to each other.
final class RelationFixture: Sendable {
  let service: RecordService
  let observer = ObserverLog()
  let ada: Requester
  let bob: Requester
  private let folder: URL
  private let database: SQLiteStore?

  /// - Parameter store: where records are kept; `nil` for a new real store.
  init(on store: (any RecordStore)? = nil, _ adjust: (inout RecordConfiguration) -> Void = { _ in }) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "grapnel-relations-\(UUID().uuidString)")
    var database: SQLiteStore?
    if store == nil {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      database = try SQLiteStore(path: folder.appending(path: "store.sqlite").path)
    }
    self.database = database
    guard let records = store ?? database?.records else { throw Problem(.internal, "there is no store") }
    var configuration = RecordConfiguration { "personal-" + $0.replacing(":", with: "-") }
    adjust(&configuration)
    service = RecordService(
      store: records, clock: ManualWallClock(now: Timestamp(microseconds: 1_000_000_000)),
      configuration: configuration, observer: observer)
    ada = service.requester(named: "account:ada")
    bob = service.requester(named: "account:bob")
    _ = try await service.perform(DataRequest(.put, .bucket(), content: .whole(data: [:], lists: nil)), as: ada)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  static func cookies(_ adjust: (inout RecordConfiguration) -> Void = { _ in }) async throws -> RelationFixture {
    let fixture = try await RelationFixture(adjust)
    try await fixture.declareCookies()
    return fixture
  }

  func declareCookies(jar: JSONValue = [:], cookies: JSONValue = [:], id: JSONValue? = nil) async throws {
    try await declare(
      "cookie", [["name": "type", "type": "string"], Self.reference("jar", "jar", "cookies", jar)], id: id)
    try await declare(
      "jar", [["name": "label", "type": "string"], Self.reference("cookies", "cookie", "jar", cookies, many: true)],
      id: id)
  }

  /// Two couples with three children: c1 of m1 and f1, c2 of m2 and f2, c3 of m1 and f2.
  static func family(onDelete: [String: String] = [:]) async throws -> RelationFixture {
    let fixture = try await RelationFixture()
    func rule(_ key: String) -> JSONValue {
      onDelete[key].map { ["on_target_delete": .string($0)] } ?? [:]
    }
    let name: JSONValue = ["name": "name", "type": "string"]
    try await fixture.declare(
      "male",
      [
        name, reference("wife", "female", "husband", rule("male.wife")),
        reference("children", "child", "father", rule("male.children"), many: true),
      ])
    try await fixture.declare(
      "female",
      [
        name, reference("husband", "male", "wife", rule("female.husband")),
        reference("children", "child", "mother", rule("female.children"), many: true),
      ])
    try await fixture.declare(
      "child",
      [
        name, reference("father", "male", "children", rule("child.father")),
        reference("mother", "female", "children", rule("child.mother")),
      ])
    for (recordClass, id) in [("male", "m1"), ("male", "m2"), ("female", "f1"), ("female", "f2")] {
      try await fixture.put(recordClass, id, ["name": .string(id)])
    }
    try await fixture.change("male", "m1", ["wife": "f1"])
    try await fixture.change("male", "m2", ["wife": "f2"])
    for (id, father, mother) in [("c1", "m1", "f1"), ("c2", "m2", "f2"), ("c3", "m1", "f2")] {
      try await fixture.put("child", id, ["name": .string(id), "father": .string(father), "mother": .string(mother)])
    }
    return fixture
  }

  static func reference(
    _ name: String, _ target: String, _ inverse: String?, _ more: JSONValue = [:], many: Bool = false
  ) -> JSONValue {
    var rule: [String: JSONValue] = ["class": .string(target)]
    rule["inverse"] = inverse.map { .string($0) }
    if many { rule["many"] = true }
    var field: [String: JSONValue] = ["name": .string(name)]
    for (key, value) in more.objectValue ?? [:] {
      if ["on_target_delete", "steal"].contains(key) { rule[key] = value } else { field[key] = value }
    }
    field["ref"] = .object(rule)
    return .object(field)
  }

  // Asking

  @discardableResult
  func declare(
    _ name: String, _ fields: JSONValue, id: JSONValue? = nil, lists: DataContent.Lists? = nil
  ) async throws -> DataAnswer {
    var data: [String: JSONValue] = ["fields": fields]
    data["id_type"] = id
    return try await service.perform(
      DataRequest(
        .put, DataTarget(.recordClass, bucket: "b", name: name), content: .whole(data: data, lists: lists)), as: ada)
  }

  func target(_ recordClass: String, _ id: String?) -> DataTarget {
    DataTarget(.record, bucket: "b", recordClass: recordClass, name: id)
  }

  @discardableResult
  func ask(
    _ action: DataRequest.Action, _ recordClass: String, _ id: String?,
    _ content: DataContent = .whole(data: nil, lists: nil), _ precondition: Precondition? = nil,
    asked: [String: String] = [:], filters: [FieldFilter] = [], order: [FieldOrder]? = nil,
    as requester: Requester? = nil
  ) async throws -> DataAnswer {
    var selection = DataSelection(filters: filters)
    if let order { selection.order = order }
    selection.asked = asked
    return try await service.perform(
      DataRequest(
        action, target(recordClass, id), precondition: precondition, content: content, selection: selection),
      as: requester ?? ada)
  }

  @discardableResult
  func put(
    _ recordClass: String, _ id: String, _ data: [String: JSONValue], asked: [String: String] = [:],
    as requester: Requester? = nil
  ) async throws -> DataAnswer {
    try await ask(.put, recordClass, id, .whole(data: data, lists: nil), asked: asked, as: requester)
  }

  @discardableResult
  func add(_ recordClass: String, _ data: [String: JSONValue], as requester: Requester? = nil) async throws
    -> DataAnswer
  {
    try await ask(.add, recordClass, nil, .whole(data: data, lists: nil), as: requester)
  }

  @discardableResult
  func change(
    _ recordClass: String, _ id: String, _ data: [String: JSONValue], asked: [String: String] = [:],
    as requester: Requester? = nil
  ) async throws -> DataAnswer {
    try await ask(.change, recordClass, id, .members(data: data, lists: nil), asked: asked, as: requester)
  }

  @discardableResult
  func delete(_ recordClass: String, _ id: String?, as requester: Requester? = nil) async throws -> DataAnswer {
    try await ask(.delete, recordClass, id, as: requester)
  }

  /// A record without its id and its moment.
  func get(
    _ recordClass: String, _ id: String, asked: [String: String] = [:], as requester: Requester? = nil
  ) async throws -> JSONValue {
    let answer = try await ask(.read, recordClass, id, asked: asked, as: requester)
    return Self.plain(answer.data ?? .null)
  }

  func list(
    _ recordClass: String, asked: [String: String] = [:], filters: [FieldFilter] = [], order: [FieldOrder]? = nil,
    as requester: Requester? = nil
  ) async throws -> [JSONValue] {
    let answer = try await ask(
      .read, recordClass, nil, asked: asked, filters: filters, order: order ?? [FieldOrder(.id)], as: requester)
    return try answer.objects.map { try JSONValue(parsing: $0.data) }
  }

  /// The ids in a list.
  func ids(_ recordClass: String, _ filters: [FieldFilter] = [], order: [FieldOrder]? = nil) async throws -> [String] {
    try await list(recordClass, filters: filters, order: order).map {
      $0["id"].map { $0.stringValue ?? $0.serialized } ?? ""
    }
  }

  /// A value without the moments in it.
  static func plain(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(var members):
      members["last_modified"] = nil
      return .object(members.mapValues(plain))
    case .array(let elements): return .array(elements.map(plain))
    default: return value
    }
  }

  /// The moments of all records of some classes.
  func moments(_ classes: [String]) async throws -> [String: Int64] {
    var moments: [String: Int64] = [:]
    for recordClass in classes {
      for object in try await ask(.read, recordClass, nil).objects {
        moments["\(recordClass)/\(object.name)"] = object.modified
      }
    }
    return moments
  }

  /// Which records of some classes have come, changed or gone meanwhile.
  func changed(in classes: [String], by body: () async throws -> Void) async throws -> Set<String> {
    let before = try await moments(classes)
    let told = observer.changes.count
    try await body()
    let after = try await moments(classes)
    let changed = Set(Set(before.keys).union(after.keys).filter { before[$0] != after[$0] })
    for (name, moment) in after { #expect(moment >= before[name] ?? 0, "\(name) goes back") }
    // Everybody who reacts is told of each once.
    #expect(observer.changes.count - told == changed.count, "\(observer.changes.dropFirst(told))")
    return changed
  }

  struct Refusal: Equatable {
    var status: Int
    var codes: [String?]
    var pointers: [String?]
  }

  /// How a request is refused; `nil` if it is not.
  func refusal(_ body: () async throws -> Void) async -> Refusal? {
    do {
      try await body()
      return nil
    } catch DataRefusal.invalid(let faults) {
      return Refusal(status: 400, codes: faults.map(\.code), pointers: faults.map { $0.pointer ?? $0.name })
    } catch DataRefusal.conflicting(let faults) {
      return Refusal(status: 409, codes: faults.map(\.code), pointers: faults.map { $0.pointer ?? $0.name })
    } catch DataRefusal.notFound {
      return Refusal(status: 404, codes: [], pointers: [])
    } catch DataRefusal.forbidden {
      return Refusal(status: 403, codes: [], pointers: [])
    } catch {
      return Refusal(status: 0, codes: ["\(error)"], pointers: [])
    }
  }

  func expectRefusal(
    _ status: Int, _ codes: [String?] = [], at pointers: [String] = [], _ location: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
  ) async {
    let found = await refusal(body)
    #expect(found?.status == status, "\(String(describing: found))", sourceLocation: location)
    if !codes.isEmpty { #expect(found?.codes == codes, sourceLocation: location) }
    if !pointers.isEmpty { #expect(found?.pointers == pointers, sourceLocation: location) }
  }
}
