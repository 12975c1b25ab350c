import Foundation
import Model
import Records
import Store
import StoreSQLite

/// A service on a real store, with a bucket `b` that holds a class `c` of declared fields.
final class FieldFixture: Sendable {
  let observer = ObserverLog()
  let service: RecordService
  private let store: SQLiteStore
  private let folder: URL

  let ada: Requester
  let hook = Requester(user: "hook:h", rights: .everything, isHook: true)

  init(_ adjust: (inout RecordConfiguration) -> Void = { _ in }) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "grapnel-fields-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    store = try SQLiteStore(path: folder.appending(path: "store.sqlite").path)
    var configuration = RecordConfiguration { "personal-" + $0.replacing(":", with: "-") }
    adjust(&configuration)
    service = RecordService(
      store: store.records, clock: ManualWallClock(now: Timestamp(microseconds: 1_000_000_000)),
      configuration: configuration, observer: observer)
    ada = service.requester(named: "account:ada")
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  /// Makes the class, or changes what it declares.
  @discardableResult
  func declare(_ fields: JSONValue, id: JSONValue? = nil, _ more: [String: JSONValue] = [:]) async throws -> DataAnswer
  {
    var data = more.merging(["fields": fields]) { $1 }
    data["id"] = id.map { ["type": $0] }
    _ = try await service.perform(
      DataRequest(.put, .bucket(), content: .whole(data: [:], lists: nil)), as: ada)
    return try await service.perform(
      DataRequest(.put, .recordClass(), content: .whole(data: data, lists: nil)), as: ada)
  }

  @discardableResult
  func put(_ name: String, _ data: [String: JSONValue], as requester: Requester? = nil) async throws -> JSONValue {
    try await ask(DataRequest(.put, .record(name), content: .whole(data: data, lists: nil)), requester)
  }

  @discardableResult
  func add(_ data: [String: JSONValue], as requester: Requester? = nil) async throws -> JSONValue {
    try await ask(DataRequest(.add, .record(nil), content: .whole(data: data, lists: nil)), requester)
  }

  @discardableResult
  func change(_ name: String, _ content: DataContent, as requester: Requester? = nil) async throws -> JSONValue {
    try await ask(DataRequest(.change, .record(name), content: content), requester)
  }

  func read(_ name: String, as requester: Requester? = nil) async throws -> JSONValue {
    try await ask(DataRequest(.read, .record(name)), requester)
  }

  func delete(_ name: String) async throws -> JSONValue { try await ask(DataRequest(.delete, .record(name)), nil) }

  private func ask(_ request: DataRequest, _ requester: Requester?) async throws -> JSONValue {
    try await service.perform(request, as: requester ?? ada).data ?? .null
  }

  func list(_ selection: DataSelection, as requester: Requester? = nil) async throws -> [JSONValue] {
    let answer = try await service.perform(
      DataRequest(.read, .record(nil), selection: selection), as: requester ?? ada)
    return try answer.objects.map { try JSONValue(parsing: $0.data) }
  }

  /// The names and texts of what is wrong with a request.
  func faults(_ body: () async throws -> Void) async -> [String: String] {
    do {
      try await body()
      return [:]
    } catch DataRefusal.invalid(let faults) {
      return Dictionary(faults.map { ($0.name ?? "", $0.text) }) { first, _ in first }
    } catch {
      return ["": "\(error)"]
    }
  }
}
