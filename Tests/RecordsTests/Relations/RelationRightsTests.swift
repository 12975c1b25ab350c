import Model
import Records
import Store
import Testing

@Suite struct RelationRightsTests {
  private func shop(jar: DataContent.Lists, cookie: DataContent.Lists) async throws -> RelationFixture {
    let fixture = try await RelationFixture()
    try await fixture.declare("cookie", [RelationFixture.reference("jar", "jar", "cookies")], lists: cookie)
    try await fixture.declare("jar", [RelationFixture.reference("cookies", "cookie", "jar", many: true)], lists: jar)
    try await fixture.put("jar", "1", ["cookies": [["id": "a"]]])
    try await fixture.put("jar", "2", [:])
    return fixture
  }

  @Test func whatChangesMustBeWritable() async throws {
    let bob: [String] = ["account:bob"]
    let fixture = try await shop(jar: [.read: bob], cookie: [.createRecord: bob])
    // A jar that one may read, and not write.
    await fixture.expectRefusal(403) { try await fixture.add("cookie", ["jar": "1"], as: fixture.bob) }
    await fixture.expectRefusal(403) { try await fixture.add("cookie", ["jar": [:]], as: fixture.bob) }
    try await fixture.ask(.change, "jar", "2", .members(data: nil, lists: [.write: bob]))
    try await fixture.put("cookie", "b", ["jar": "2"], as: fixture.bob)
    await fixture.expectRefusal(403) { try await fixture.change("cookie", "b", ["jar": "1"], as: fixture.bob) }
    // Neither is anything taken from where one may not write.
    try await fixture.ask(.change, "cookie", "a", .members(data: nil, lists: [.write: bob]))
    await fixture.expectRefusal(403) { try await fixture.change("jar", "2", ["cookies": ["a", "b"]], as: fixture.bob) }
    await fixture.expectRefusal(403) { try await fixture.change("cookie", "a", ["jar": "2"], as: fixture.bob) }
    try await fixture.ask(.change, "jar", "1", .members(data: nil, lists: [.write: bob]))
    try await fixture.change("cookie", "a", ["jar": "2"], as: fixture.bob)
  }

  @Test func whatOneMayNotReadIsNotThere() async throws {
    let fixture = try await shop(jar: [:], cookie: [.createRecord: ["account:bob"]])
    for id in ["1", "nobody"] {
      await fixture.expectRefusal(400, ["reference_not_found"], at: ["/data/jar"]) {
        try await fixture.add("cookie", ["jar": .string(id)], as: fixture.bob)
      }
    }
  }

  @Test func aReferenceWithoutAnOtherSideNeedsNoMoreThanReading() async throws {
    let fixture = try await RelationFixture()
    let bob: [String] = ["account:bob"]
    try await fixture.declare("author", [["name": "name", "type": "string"]])
    try await fixture.declare(
      "book", [RelationFixture.reference("by", "author", nil, ["on_target_delete": "cascade"])],
      lists: [.createRecord: bob])
    try await fixture.put("author", "a", [:])
    await fixture.expectRefusal(400, ["reference_not_found"]) {
      try await fixture.put("book", "1", ["by": "a"], as: fixture.bob)
    }
    try await fixture.ask(.change, "author", "a", .members(data: nil, lists: [.read: bob]))
    try await fixture.put("book", "1", ["by": "a"], as: fixture.bob)
    // What a class lets go goes, and who may not read it is not told.
    try await fixture.put("author", "c", [:])
    try await fixture.ask(.change, "author", "c", .members(data: nil, lists: [.write: bob]))
    try await fixture.put("book", "2", ["by": "c"])
    try await fixture.put("book", "3", ["by": "c"], as: fixture.bob)
    let answer = try await fixture.delete("author", "c", as: fixture.bob)
    #expect(answer.report.deleted.map(\.id) == ["3"])
    #expect(try await fixture.ids("book") == ["1"])
  }

  @Test func nestedRecordsAreTheirMakers() async throws {
    let fixture = try await shop(jar: [.createRecord: ["account:bob"]], cookie: [.createRecord: ["account:bob"]])
    let answer = try await fixture.add("jar", ["cookies": [["id": "z"]]], as: fixture.bob)
    #expect(answer.lists == [.write: ["account:bob"]])
    try await fixture.delete("cookie", "z", as: fixture.bob)
    await fixture.expectRefusal(403) { try await fixture.delete("cookie", "a", as: fixture.bob) }
  }
}
