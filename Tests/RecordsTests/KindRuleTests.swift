import Model
import Records
import Store
import Testing

/// What is special about groups, classes, accounts and a user's own bucket.
@Suite struct KindRuleTests {
  private let fixture = RecordFixture()

  @Test func membersOfGroupsHaveTheirRightsUntilTheGroupIsGone() async throws {
    try await fixture.put(.bucket())
    try await fixture.put(.group("g"), ["members": ["account:bob"]])
    try await fixture.put(.recordClass(), [:], lists: [.read: ["/buckets/b/groups/g"]])
    #expect(try await fixture.read(.recordClass(), as: fixture.bob).object != nil)
    try await fixture.change(.group("g"), .members(data: ["members": ["account:eve"]], lists: nil))
    await #expect(throws: DataRefusal.forbidden) { try await fixture.read(.recordClass(), as: fixture.bob) }
    try await fixture.put(.group("g"), ["members": ["system.Authenticated"]])
    #expect(try await fixture.read(.recordClass(), as: fixture.bob).object != nil)
    await #expect(throws: DataRefusal.unauthenticated) {
      try await fixture.read(.recordClass(), as: fixture.nobody)
    }
    try await fixture.delete(.group("g"))
    try await fixture.put(.group("g"), ["members": ["account:bob"]])
    await #expect(throws: DataRefusal.forbidden) { try await fixture.read(.recordClass(), as: fixture.bob) }
  }

  @Test func membersAreUsers() async throws {
    try await fixture.put(.bucket())
    #expect(try await fixture.put(.group("g"), [:]).data?["members"] == [])
    #expect(try await fixture.put(.group("h"), nil).data?["members"] == nil)
    let refused: [JSONValue] = [
      "account:bob", [1], ["/buckets/b/groups/g"], ["system.Everyone"], [""], nil,
      .array((0...5000).map { .string("account:\($0)") }),
    ]
    for members in refused {
      await #expect(throws: DataRefusal.self) { try await fixture.put(.group("g"), ["members": members]) }
    }
    await #expect(
      throws: DataRefusal.invalid([
        DataFault(.body, "data.members.1", "'system.Everyone' is not a valid user ID.")
      ])
    ) {
      try await fixture.put(.group("g"), ["members": ["account:bob", "system.Everyone"]])
    }
  }

  @Test func recordsFitTheSchemaOfTheirClass() async throws {
    try await fixture.put(.bucket())
    let schema: JSONValue = [
      "type": "object", "properties": ["title": ["type": "string"]], "required": ["title", "last_modified", "id"],
      "additionalProperties": false,
    ]
    let recordClass = try await fixture.put(.recordClass(), ["schema": schema])
    let record = try await fixture.put(.record("r"), ["title": "x", "schema": 12])
    #expect(record.data?["schema"] == .int(recordClass.timestamp))
    await #expect(
      throws: DataRefusal.invalid([DataFault(.body, "title", "'title' is a required property")])
    ) { try await fixture.put(.record("r"), [:]) }
    await #expect(throws: DataRefusal.self) {
      try await fixture.change(.record("r"), .members(data: ["title": 1], lists: nil))
    }
    await #expect(throws: DataRefusal.self) {
      try await fixture.change(.record("r"), .operations([PatchOperation(.add, "/data/more", value: 1)]))
    }
    try await fixture.put(.recordClass(), ["schema": [:]])
    #expect(try await fixture.put(.record("r"), ["title": 1]).isCreated == false)
    await #expect(throws: DataRefusal.self) { try await fixture.put(.recordClass(), ["schema": ["type": "text"]]) }
    await #expect(throws: DataRefusal.self) { try await fixture.put(.recordClass(), ["schema": 1]) }
  }

  @Test func theSchemasOfTheBucketHoldForAllInIt() async throws {
    let schema: JSONValue = ["type": "object", "required": ["title"]]
    try await fixture.put(.bucket(), ["record:schema": schema, "collection:schema": schema])
    await #expect(throws: DataRefusal.self) { try await fixture.put(.recordClass(), [:]) }
    try await fixture.put(.recordClass(), ["title": "x"])
    await #expect(throws: DataRefusal.self) { try await fixture.put(.record("r"), [:]) }
    #expect(try await fixture.put(.record("r"), ["title": "x"]).data?["schema"] == nil)
    let lax = RecordFixture { $0.checksSchemas = false }
    try await lax.put(.bucket(), ["collection:schema": schema])
    #expect(try await lax.put(.recordClass(), [:]).isCreated)
  }

  @Test func cacheTimesOfClassesAreIntegers() async throws {
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass(), ["cache_expires": 60])
    await #expect(throws: DataRefusal.self) { try await fixture.put(.recordClass(), ["cache_expires": "60"]) }
  }

  @Test func whatIsTooLargeOrTooDeepIsRefused() async throws {
    var deep: JSONValue = 1
    for _ in 0..<64 { deep = [deep] }
    await #expect(throws: DataRefusal.self) { try await fixture.put(.bucket(), ["deep": deep]) }
    let long = JSONValue.string(String(repeating: "x", count: 1 << 20))
    let problem = await #expect(throws: Problem.self) { try await fixture.put(.bucket(), ["long": long]) }
    #expect(problem?.code == .tooLarge)
    await #expect(throws: DataRefusal.self) { try await fixture.put(.bucket(String(repeating: "b", count: 256))) }
    #expect(fixture.store.everything == FakeRecords())
  }

  @Test func faultsAreToldOnlyToThoseWhoMay() async throws {
    try await fixture.put(.bucket())
    let fault = DataFault(.querystring, "_limit", "not a number")
    let request = DataRequest(.read, .bucket(), faults: [fault])
    await #expect(throws: DataRefusal.invalid([fault])) {
      try await fixture.service.perform(request, as: fixture.ada)
    }
    await #expect(throws: DataRefusal.forbidden) { try await fixture.service.perform(request, as: fixture.bob) }
  }

  @Test func missingClassesAreNoNewsForStrangers() async throws {
    try await fixture.put(.bucket())
    for action in [DataRequest.Action.put, .change, .delete] {
      let request = DataRequest(action, .record("r"), content: .members(data: [:], lists: nil))
      await #expect(throws: DataRefusal.parentNotFound(.recordClass, "c")) {
        try await fixture.service.perform(request, as: fixture.ada)
      }
      await #expect(throws: DataRefusal.forbidden) { try await fixture.service.perform(request, as: fixture.bob) }
      await #expect(throws: DataRefusal.unauthenticated) {
        try await fixture.service.perform(request, as: fixture.nobody)
      }
    }
    await #expect(throws: DataRefusal.parentNotFound(.recordClass, "c")) { try await fixture.read(.record(nil)) }
    await #expect(throws: DataRefusal.parentNotFound(.bucket, "b2")) {
      try await fixture.read(DataTarget(.group, bucket: "b2"), as: fixture.admin)
    }
  }

  @Test func aReadOnlyServiceReads() async throws {
    let fixture = RecordFixture { $0.isReadOnly = true }
    let problem = await #expect(throws: Problem.self) { try await fixture.put(.bucket()) }
    #expect(problem?.code == .methodNotAllowed)
    #expect(try await fixture.read(.buckets).objects.isEmpty)
  }

  @Test func flushingWantsTheConfigurationsWord() async throws {
    try await fixture.put(.bucket())
    await #expect(throws: DataRefusal.forbidden) {
      try await fixture.service.write(as: fixture.admin, bytes: 0) { try $0.flush() }
    }
    let flushable = RecordFixture { $0.mayBeFlushed = true }
    try await flushable.put(.bucket())
    try await flushable.service.write(as: flushable.nobody, bytes: 0) { try $0.flush() }
    #expect(flushable.store.everything == FakeRecords())
  }
}
