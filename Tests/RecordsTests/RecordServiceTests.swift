import Model
import Records
import Store
import Testing

@Suite struct RecordServiceTests {
  private let fixture = RecordFixture()

  @Test func whatIsPutIsRead() async throws {
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    let made = try await fixture.put(.record("one"), ["title": "first", "half": .double(1)])
    #expect(made.isCreated)
    #expect(made.lists == [.write: ["account:ada"]])
    let read = try await fixture.read(.record("one"))
    #expect(read.object == made.object && read.timestamp == made.timestamp)
    #expect(
      String(decoding: read.object?.data ?? [], as: UTF8.self)
        == #"{"half":1.0,"id":"one","last_modified":1000000,"title":"first"}"#)
    #expect(fixture.observer.changes == ["create bucket b", "create recordClass c", "create record one"])
  }

  @Test func aPutReplacesAllAndWithoutDataNothing() async throws {
    try await fixture.put(.bucket(), ["a": 1, "b": 2])
    #expect(try await fixture.put(.bucket(), ["c": 3]).data == ["id": "b", "c": 3, "last_modified": 1_000_001])
    let kept = try await fixture.put(.bucket(), nil)
    #expect(kept.data == ["id": "b", "c": 3, "last_modified": 1_000_002] && !kept.isCreated)
  }

  @Test func whatIsDeletedIsGoneAndCanBeMadeAnew() async throws {
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    try await fixture.put(.record("one"), ["a": 1])
    let deleted = try await fixture.delete(.record("one"))
    #expect(deleted.data == ["id": "one", "last_modified": 1_000_001, "deleted": true] && deleted.lists == nil)
    await #expect(throws: DataRefusal.notFound(.record, "one")) { try await fixture.read(.record("one")) }
    await #expect(throws: DataRefusal.notFound(.record, "one")) { try await fixture.delete(.record("one")) }
    #expect(try await fixture.read(.record(nil)).objects.isEmpty)
    #expect(try await fixture.put(.record("one"), ["b": 2]).isCreated)
    #expect(try await fixture.read(.record(nil)).objects.map(\.name) == ["one"])
  }

  @Test func deletingABucketTakesAllBelowWithIt() async throws {
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    try await fixture.put(.record("one"))
    try await fixture.delete(.bucket())
    await #expect(throws: DataRefusal.forbidden) { try await fixture.read(.record("one")) }
    try await fixture.put(.bucket(), as: fixture.bob)
    await #expect(throws: DataRefusal.forbidden) { try await fixture.read(.recordClass()) }
    await #expect(throws: DataRefusal.notFound(.recordClass, "c")) {
      try await fixture.read(.recordClass(), as: fixture.bob)
    }
  }

  @Test func anAdditionMakesItsOwnName() async throws {
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    let record = try await fixture.add(.record(nil), ["a": 1])
    let form = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
    #expect(record.object?.name.wholeMatch(of: form) != nil)
    let recordClass = try await fixture.add(.recordClass(nil))
    #expect(recordClass.object?.name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9_-]{7}/) != nil)
  }

  @Test func anAdditionOfWhatIsThereAnswersIt() async throws {
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    let first = try await fixture.put(.record("one"), ["a": 1])
    let second = try await fixture.add(.record(nil), ["id": "one", "a": 2])
    #expect(second.object == first.object && !second.isCreated)
  }

  @Test func aBatchKeepsWhatIsNotRefused() async throws {
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    let refusals = try await fixture.service.write(as: fixture.ada, bytes: 100) { session in
      var refusals: [DataRefusal] = []
      for name in ["one", "no/name", "two"] {
        do {
          _ = try session.perform(
            DataRequest(.put, .record(name), content: .whole(data: ["a": 1], lists: nil)))
        } catch let refusal as DataRefusal {
          refusals.append(refusal)
        }
      }
      return refusals
    }
    #expect(refusals == [.invalid([DataFault(.path, nil, "Invalid object id")])])
    #expect(try await fixture.read(.record(nil)).objects.map(\.name) == ["two", "one"])
  }

  @Test func aBatchSeesTheRightsThatItMakes() async throws {
    let service = fixture.service
    let names = try await service.write(as: fixture.bob, bytes: 100) { session in
      _ = try session.perform(DataRequest(.put, .bucket()))
      _ = try session.perform(DataRequest(.put, .recordClass()))
      _ = try session.perform(
        DataRequest(.put, .group("g"), content: .whole(data: ["members": ["account:bob"]], lists: nil)))
      return try session.principals.names
    }
    #expect(names.contains("/buckets/b/groups/g"))
  }
}
