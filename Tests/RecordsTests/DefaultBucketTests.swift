import Model
import Records
import Store
import Testing

@Suite struct DefaultBucketTests {
  private let fixture = RecordFixture()

  private func defaultBucket(_ recordClass: String? = nil, as requester: Requester) async throws -> String {
    try await fixture.service.read(as: requester) { try $0.defaultBucket(holding: recordClass) }
  }

  @Test func itIsThereWhenItIsAskedFor() async throws {
    let name = try await defaultBucket("todo", as: fixture.ada)
    #expect(name == "personal-account-ada")
    let target = DataTarget(.recordClass, bucket: name, name: "todo")
    #expect(try await fixture.read(target).lists == [.write: ["account:ada"]])
    await #expect(throws: DataRefusal.forbidden) { try await fixture.read(target, as: fixture.bob) }
    let before = fixture.store.everything
    #expect(try await defaultBucket("todo", as: fixture.ada) == name)
    #expect(fixture.store.everything == before)
  }

  @Test func itNeedsNoRightToMakeBuckets() async throws {
    let fixture = RecordFixture { $0.accountsMayCreateBuckets = false }
    await #expect(throws: DataRefusal.forbidden) { try await fixture.put(.bucket()) }
    let name = try await fixture.service.read(as: fixture.ada) { try $0.defaultBucket() }
    #expect(try await fixture.read(.bucket(name)).object?.name == name)
  }

  @Test func itIsForUsersAndHoldsWhatHasAName() async throws {
    await #expect(throws: DataRefusal.unauthenticated) { try await defaultBucket(as: fixture.nobody) }
    await #expect(throws: DataRefusal.invalid([DataFault(.path, nil, "Invalid collection id")])) {
      try await defaultBucket("no/name", as: fixture.ada)
    }
    #expect(fixture.store.everything == FakeRecords())
  }

  @Test func whatSomebodyElseHasMadeOfItIsNotTheirs() async throws {
    try await fixture.put(.bucket("personal-account-ada"), as: fixture.bob)
    await #expect(throws: DataRefusal.forbidden) { try await defaultBucket("todo", as: fixture.ada) }
  }
}
