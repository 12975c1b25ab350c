import Model
import Records
import Store
import Testing

@Suite struct PreconditionTests {
  enum Act: CaseIterable { case get, put, patch, delete, post, list, clear }
  enum Expected: Hashable { case done, unchanged, failed, failedWithObject, notFound }

  /// The moment of what the request means, as it is; and another one.
  static let current: Int64 = RecordFixture.start + 100
  static let former: Int64 = RecordFixture.start + 50

  /// Acts, precondition, and what comes of it with the object there and not there.
  static let rows: [([Act], Precondition, Expected, Expected)] = [
    ([.get], .isNotAt(current), .unchanged, .notFound),
    ([.get], .isNotAt(former), .done, .notFound),
    ([.put, .patch, .delete], .isNotAt(current), .done, .done),
    ([.put, .post], .isAbsent, .failedWithObject, .done),
    ([.get, .patch, .delete], .isAbsent, .failedWithObject, .notFound),
    ([.list, .clear], .isAbsent, .failed, .failed),
    ([.get, .patch, .delete], .isAt(current), .done, .notFound),
    ([.get, .patch, .delete], .isAt(former), .failedWithObject, .notFound),
    ([.put], .isAt(current), .done, .failed),
    ([.put], .isAt(former), .failedWithObject, .failed),
    ([.put], .exists, .done, .failed),
    ([.get, .patch, .delete], .exists, .done, .notFound),
    ([.post], .isAt(current), .done, .failed),
    ([.post], .exists, .done, .failed),
    ([.list, .clear], .isAt(current), .done, .done),
    ([.list, .clear], .isAt(former), .failed, .failed),
    ([.list], .isNotAt(current), .unchanged, .unchanged),
    ([.list, .clear], .isNotAt(former), .done, .done),
    ([.list, .clear], .exists, .done, .done),
  ]

  @Test(arguments: rows.indices)
  func theTableHolds(index: Int) async throws {
    let (acts, condition, present, absent) = Self.rows[index]
    for act in acts {
      for isThere in [true, false] {
        var expected = isThere ? present : absent
        // What is not there cannot be patched or deleted, whatever else is said.
        if !isThere, act == .patch || act == .delete { expected = .notFound }
        try await expect(expected, act, condition, isThere: isThere)
      }
    }
  }

  private func expect(_ expected: Expected, _ act: Act, _ condition: Precondition, isThere: Bool) async throws {
    let fixture = RecordFixture()
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    // The list and the object in it are of the same moment.
    let moment = JSONValue.int(Self.current)
    let made = try await fixture.put(.record("r"), ["last_modified": moment])
    let name = isThere ? "r" : "absent"
    let before = fixture.store.everything
    let content: DataContent =
      switch act {
      case .patch: .members(data: ["a": 1], lists: nil)
      case .post: .whole(data: ["id": .string(name)], lists: nil)
      default: .whole(data: ["a": 1], lists: nil)
      }
    let action: DataRequest.Action =
      switch act {
      case .get, .list: .read
      case .put: .put
      case .patch: .change
      case .delete, .clear: .delete
      case .post: .add
      }
    let isList = act == .list || act == .clear || act == .post
    let request = DataRequest(action, .record(isList ? nil : name), precondition: condition, content: content)
    let label = "\(act) with \(condition), there: \(isThere)"
    var outcome = Expected.done
    do {
      _ = try await fixture.service.perform(request, as: fixture.ada)
    } catch let refusal as DataRefusal {
      switch refusal {
      case .unchanged(let timestamp, _):
        outcome = .unchanged
        #expect(timestamp == Self.current, "\(label)")
      case .preconditionFailed(let timestamp, let existing):
        outcome = existing == nil ? .failed : .failedWithObject
        #expect(timestamp == Self.current && (existing == nil || existing == made.object), "\(label)")
      case .notFound: outcome = .notFound
      default: Issue.record("\(label): \(refusal)")
      }
      #expect(fixture.store.everything == before, "\(label): a refusal has changed something")
    }
    #expect(outcome == expected, "\(label)")
  }

  @Test func aNewNameHasNoConditionToMeet() async throws {
    let fixture = RecordFixture()
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    let request = DataRequest(.add, .record(nil), precondition: .isAbsent)
    #expect(try await fixture.service.perform(request, as: fixture.ada).isCreated)
  }
}
