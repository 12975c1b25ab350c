import Model
import Records
import Store
import Testing

@Suite struct AccountObjectTests {
  private let fixture = RecordFixture()
  private let open = RecordFixture { $0.registrationIsOpen = true }

  private func put(
    _ fixture: RecordFixture, _ name: String, _ data: [String: JSONValue] = ["password": "secret"],
    hash: String? = "proof", as requester: Requester
  ) async throws -> DataAnswer {
    var request = DataRequest(.put, .account(name), content: .whole(data: data, lists: nil))
    request.passwordHash = hash
    return try await fixture.service.perform(request, as: requester)
  }

  @Test func anAdminMakesAccountsThatBelongToThemselves() async throws {
    let answer = try await put(fixture, "ada", ["password": "secret", "mail": "a@example.org"], as: fixture.admin)
    #expect(answer.isCreated && answer.lists == [.write: ["account:ada"]])
    #expect(answer.data == ["id": "ada", "last_modified": 1_000_000, "mail": "a@example.org"])
    #expect(fixture.store.everything.passwords.values.sorted() == ["proof"])
    #expect(try await fixture.read(.account("ada")).object?.name == "ada")
    #expect(try await fixture.read(.account(nil)).objects.map(\.name) == ["ada"])
    await #expect(throws: DataRefusal.forbidden) { try await fixture.read(.account(nil), as: fixture.bob) }
  }

  @Test func registrationIsClosedUnlessItIsOpened() async throws {
    await #expect(throws: DataRefusal.unauthenticated) { try await put(fixture, "eve", as: fixture.nobody) }
    await #expect(throws: DataRefusal.self) { try await put(fixture, "eve", as: fixture.bob) }
    let made = try await put(open, "eve", as: open.nobody)
    #expect(made.isCreated && made.lists == [:])
    await #expect(throws: DataRefusal.unauthenticated) { try await put(open, "eve", as: open.nobody) }
    await #expect(throws: DataRefusal.unauthenticated) { try await open.read(.account(nil), as: open.nobody) }
  }

  @Test func nobodyHasToDoWithTheAccountsOfOthers() async throws {
    _ = try await put(open, "ada", as: open.nobody)
    let mismatch = DataRefusal.invalid([DataFault(.body, nil, "Username and account ID do not match.")])
    for name in ["ada", "unknown"] {
      await #expect(throws: mismatch) { try await open.read(.account(name), as: open.bob) }
      await #expect(throws: mismatch) { try await put(open, name, as: open.bob) }
      await #expect(throws: mismatch) { try await open.delete(.account(name), as: open.bob) }
      await #expect(throws: mismatch) {
        try await open.change(.account(name), .members(data: ["a": 1], lists: nil), as: open.bob)
      }
      await #expect(throws: DataRefusal.unauthenticated) { try await open.read(.account(name), as: open.nobody) }
    }
  }

  @Test func passwordsAreNeverStored() async throws {
    _ = try await put(fixture, "ada", as: fixture.admin)
    await #expect(throws: DataRefusal.invalid([DataFault(.body, "data.password", "Required")])) {
      try await put(fixture, "ada", [:], as: fixture.ada)
    }
    let kept = try await fixture.change(.account("ada"), .members(data: ["a": 1], lists: nil))
    #expect(kept.data?["password"] == nil && fixture.store.everything.passwords.values.sorted() == ["proof"])
    for wrong: JSONValue in [1, "", nil, .string(String(repeating: "x", count: 1025))] {
      await #expect(throws: DataRefusal.self) { try await put(fixture, "ada", ["password": wrong], as: fixture.ada) }
    }
    await #expect(throws: DataRefusal.self) {
      try await fixture.change(
        .account("ada"), .operations([PatchOperation(.add, "/data/password", value: "clear")]))
    }
    _ = try await put(fixture, "ada", hash: "other", as: fixture.ada)
    #expect(fixture.store.everything.passwords.values.sorted() == ["other"])
    for object in fixture.store.everything.objects.values {
      #expect(!String(decoding: object.data, as: UTF8.self).contains("secret"))
    }
  }

  @Test func anAdditionNeedsItsName() async throws {
    var request = DataRequest(.add, .account(nil), content: .whole(data: ["password": "x"], lists: nil))
    request.passwordHash = "proof"
    await #expect(throws: DataRefusal.invalid([DataFault(.body, "data.id", "Required")])) {
      try await fixture.service.perform(request, as: fixture.admin)
    }
    request.content = .whole(data: ["password": "x", "id": "some+one@example.org"], lists: nil)
    #expect(try await fixture.service.perform(request, as: fixture.admin).object?.name == "some+one@example.org")
  }

  @Test func whoKeepsPasswordsIsToldOfChanges() async throws {
    let told = ToldNames()
    let service = RecordService(
      store: fixture.store, clock: fixture.clock, configuration: fixture.service.configuration,
      accountChanged: { told.add($0 ?? "all") })
    var request = DataRequest(.put, .account("ada"), content: .whole(data: ["password": "x"], lists: nil))
    request.passwordHash = "proof"
    _ = try await service.perform(request, as: fixture.admin)
    _ = try await service.perform(DataRequest(.delete, .account("ada")), as: fixture.ada)
    #expect(told.names == ["ada", "ada"])
  }
}
