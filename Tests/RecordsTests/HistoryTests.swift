import Model
import Records
import Store
import Testing

@Suite struct HistoryTests {
  private let fixture = RecordFixture { $0.keepsHistory = true }

  private func history(as requester: Requester) async throws -> [HistoryEntry] {
    try await fixture.service.read(as: requester) { try $0.history(of: "b", limit: 100).entries }
  }

  private func makeAll() async throws {
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    try await fixture.put(.record("r"), ["a": 1], lists: [.read: ["account:bob"]])
    try await fixture.put(.record("r"), ["a": 2], lists: [.read: ["account:eve"]])
    try await fixture.delete(.record("r"))
  }

  @Test func everyChangeIsWrittenDown() async throws {
    try await makeAll()
    let entries = try await history(as: fixture.ada)
    #expect(entries.map(\.action) == [.create, .create, .create, .update, .delete])
    #expect(entries.map(\.kind) == [.bucket, .recordClass, .record, .record, .record])
    #expect(entries.map(\.name) == ["b", "c", "r", "r", "r"])
    #expect(entries.allSatisfy { $0.user == "account:ada" })
    #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.modified < $1.modified })
    #expect(entries[3].permissions == [.read: ["account:eve"], .write: ["account:ada"]])
    #expect(entries[4].permissions.isEmpty && entries[2].recordClass == "c")
    #expect(try JSONValue(parsing: entries[3].data)["a"] == 2)
  }

  @Test func whoCouldReadTheObjectThenReadsTheEntry() async throws {
    try await makeAll()
    #expect(try await history(as: fixture.bob).count == 1)
    #expect(try await history(as: fixture.service.requester(named: "account:eve")).count == 1)
    await #expect(throws: DataRefusal.forbidden) {
      try await history(as: fixture.service.requester(named: "account:mallory"))
    }
    await #expect(throws: DataRefusal.unauthenticated) { try await history(as: fixture.nobody) }
    await #expect(throws: DataRefusal.forbidden) {
      try await fixture.service.read(as: fixture.ada) { try $0.history(of: "other", limit: 1).entries }
    }
  }

  @Test func itIsDeletedByWhoMayWrite() async throws {
    try await makeAll()
    let ids = Set(try await history(as: fixture.ada).prefix(2).map(\.id))
    await #expect(throws: DataRefusal.forbidden) {
      try await fixture.service.write(as: fixture.bob, bytes: 0) { try $0.deleteHistory(of: "b", ids: ids) }
    }
    let count = try await fixture.service.write(as: fixture.ada, bytes: 0) { try $0.deleteHistory(of: "b", ids: ids) }
    #expect(count == 2)
    #expect(try await history(as: fixture.ada).count == 3)
  }

  @Test func withoutTheConfigurationsWordNothingIsKept() async throws {
    let fixture = RecordFixture()
    try await fixture.put(.bucket())
    #expect(fixture.store.everything.history.isEmpty)
  }
}
