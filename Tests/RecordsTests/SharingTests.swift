import Model
import Records
import Store
import Testing

@Suite struct SharingTests {
  @Test func whatNamesSomebodyIsListedWithAllThatItAllows() async throws {
    let fixture = RecordFixture()
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass(), [:], lists: [.createRecord: ["account:bob"], .read: ["account:bob"]])
    try await fixture.put(.record("r"), [:], as: fixture.bob)
    let (objects, next) = try await fixture.service.read(as: fixture.bob) { try $0.shared(limit: 10) }
    #expect(next == nil)
    #expect(objects.map(\.kind) == [.recordClass, .record])
    #expect(objects.map(\.permissions) == [[.createRecord, .read], [.read, .write]])
    #expect(objects.map(\.bucket) == ["b", "b"] && objects.map(\.recordClass) == [nil, "c"])
    let own = try await fixture.service.read(as: fixture.ada) { try $0.shared(limit: 1) }
    #expect(own.objects.map(\.permissions) == [[.read, .write, .createClass, .createGroup]] && own.next != nil)
  }

  @Test func rolesOfKeysAreRightsOnData() async throws {
    let service = RecordFixture().service
    let instance = ID<Instance>(at: Timestamp(microseconds: 0))
    func requester(_ role: Role, _ instance: ID<Instance>?) -> Requester {
      let id = ID<Key>(at: Timestamp(microseconds: 0))
      return service.requester(
        of: Key(
          id: id, instance: instance, name: "k", role: role, prefix: "grk_", createdAt: Timestamp(microseconds: 0)))
    }
    #expect(requester(.admin, nil).rights == .everything)
    #expect(requester(.editor, nil).rights == [.readBuckets, .writeBuckets, .createBuckets])
    #expect(requester(.viewer, nil).rights == .readBuckets)
    #expect(requester(.invoker, nil).rights == [])
    #expect(requester(.admin, instance).instancePermissions == [.write])
    #expect(requester(.admin, instance).rights == [])
    #expect(requester(.viewer, instance).instancePermissions == [.read])
    #expect(requester(.invoker, instance).instancePermissions == [])
  }
}
