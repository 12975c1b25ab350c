import Model
import Records
import Store
import Testing

@Suite struct RelationShapeTests {
  @Test func manyToManyIsSeenFromBothSides() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declare("tag", [RelationFixture.reference("notes", "note", "tags", many: true)])
    try await fixture.declare("note", [RelationFixture.reference("tags", "tag", "notes", many: true)])
    try await fixture.put("note", "n1", ["tags": [["id": "a"], ["id": "b"]]])
    try await fixture.put("note", "n2", ["tags": ["b", ["id": "c", "notes": ["n1", "n2"]]]])
    #expect(try await fixture.get("tag", "b") == ["id": "b", "notes": ["n1", "n2"]])
    #expect(try await fixture.get("note", "n1") == ["id": "n1", "tags": ["a", "b", "c"]])
    await fixture.expectRefusal(409) { try await fixture.put("note", "n2", ["tags": [["notes": []]]]) }
    let changed = try await fixture.changed(in: ["tag", "note"]) { try await fixture.delete("tag", "b") }
    #expect(changed == ["tag/b", "note/n1", "note/n2"])
    #expect(try await fixture.ids("note", [FieldFilter(.member("tags"), .contains(["a", "c"]))]) == ["n1"])
  }

  @Test func aFieldCanBeItsOwnInverse() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declare(
      "person",
      [
        RelationFixture.reference("spouse", "person", "spouse"),
        RelationFixture.reference("friends", "person", "friends", many: true),
      ])
    for id in ["a", "b", "c"] { try await fixture.put("person", id, [:]) }
    try await fixture.change("person", "a", ["spouse": "b", "friends": ["b", "c"]])
    #expect(try await fixture.get("person", "b") == ["id": "b", "spouse": "a", "friends": ["a"]])
    let answer = try await fixture.change("person", "c", ["spouse": "a"])
    #expect(answer.report.displaced.map(\.record.id) == ["b"])
    #expect(try await fixture.get("person", "b") == ["id": "b", "friends": ["a"]])
    #expect(try await fixture.get("person", "a", asked: ["depth": "2"])["spouse"]?["spouse"] == "a")
    try await fixture.change("person", "a", ["spouse": "a"])
    #expect(try await fixture.get("person", "a")["spouse"] == "a")
    #expect(try await fixture.get("person", "c") == ["id": "c", "friends": ["a"]])
    let changed = try await fixture.changed(in: ["person"]) { try await fixture.delete("person", "a") }
    #expect(changed == ["person/a", "person/b", "person/c"])
  }

  @Test func aTreeIsTwoFieldsOfOneClass() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declare(
      "node",
      [
        RelationFixture.reference("parent", "node", "children", ["on_target_delete": "cascade"]),
        RelationFixture.reference("children", "node", "parent", many: true),
      ])
    try await fixture.put("node", "root", ["children": [["id": "a", "children": [["id": "b"]]], ["id": "c"]]])
    #expect(try await fixture.get("node", "a") == ["id": "a", "parent": "root", "children": ["b"]])
    // A ring is no mistake of ours to mend, and ends.
    try await fixture.change("node", "root", ["parent": "b"])
    #expect(try await fixture.get("node", "b") == ["id": "b", "parent": "a", "children": ["root"]])
    let answer = try await fixture.delete("node", "a")
    #expect(Set(answer.report.deleted.map(\.id)) == ["b", "root", "c"])
    #expect(try await fixture.ids("node") == [])
  }

  @Test func aReferenceCanHaveNoOtherSide() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declare("author", [["name": "name", "type": "string"]])
    try await fixture.declare(
      "book",
      [
        RelationFixture.reference("author", "author", nil),
        RelationFixture.reference("readers", "author", nil, many: true),
      ])
    try await fixture.put("author", "a", [:])
    try await fixture.put("author", "b", [:])
    let changed = try await fixture.changed(in: ["author", "book"]) {
      try await fixture.put("book", "1", ["author": "a", "readers": ["a", "b"]])
      try await fixture.put("book", "2", ["author": "a", "readers": ["b"]])
    }
    // Nothing of it shows in what is referred to.
    #expect(changed == ["book/1", "book/2"])
    #expect(try await fixture.get("author", "a") == ["id": "a"])
    #expect(
      try await fixture.get("book", "2", asked: ["depth": "2"]) == [
        "id": "2", "author": ["id": "a"], "readers": [["id": "b"]],
      ])
    await fixture.expectRefusal(400, ["reference_not_found"]) { try await fixture.put("book", "3", ["author": "x"]) }
    #expect(try await fixture.ids("book", [FieldFilter(.member("author"), .equal("a"))]) == ["1", "2"])
    #expect(
      try await fixture.changed(in: ["author", "book"]) { try await fixture.delete("author", "a") } == [
        "author/a", "book/1", "book/2",
      ])
    #expect(
      try await fixture.list("book", asked: ["depth": "2"]).map(RelationFixture.plain) == [
        ["id": "1", "readers": [["id": "b"]]], ["id": "2", "readers": [["id": "b"]]],
      ])
  }
}
