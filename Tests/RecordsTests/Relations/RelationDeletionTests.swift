import Model
import Records
import Store
import Testing

@Suite struct RelationDeletionTests {
  private func deletion(
    _ rules: [String: String], _ body: (RelationFixture) async throws -> DataAnswer
  ) async throws -> (left: Set<String>, deleted: Set<String>) {
    let fixture = try await RelationFixture.family(onDelete: rules)
    let deleted = try await body(fixture).report.deleted.map { "\($0.recordClass)/\($0.id)" }
    return (Set(try await fixture.moments(["male", "female", "child"]).keys), Set(deleted))
  }

  private let all: Set = ["male/m1", "male/m2", "female/f1", "female/f2", "child/c1", "child/c2", "child/c3"]

  @Test func cascadesFollowWhatRefers() async throws {
    let rows: [([String: String], String, String, Set<String>)] = [
      ([:], "male", "m1", []), (["child.mother": "cascade"], "male", "m1", []),
      (["child.father": "cascade"], "child", "c1", []),
      (["child.father": "cascade"], "male", "m1", ["child/c1", "child/c3"]),
      (["female.husband": "cascade"], "male", "m1", ["female/f1"]),
      (["male.wife": "cascade"], "male", "m1", []),
      (["male.wife": "cascade"], "female", "f2", ["male/m2"]),
      (["female.husband": "cascade", "child.mother": "cascade"], "male", "m2", ["female/f2", "child/c2", "child/c3"]),
      (["female.husband": "cascade", "male.wife": "cascade"], "male", "m1", ["female/f1"]),
      (
        ["female.husband": "cascade", "child.mother": "cascade", "male.children": "cascade"], "female", "f1",
        ["child/c1", "male/m1"]
      ),
    ]
    for (rules, recordClass, id, expected) in rows {
      let (left, deleted) = try await deletion(rules) { try await $0.delete(recordClass, id) }
      #expect(deleted == expected, "\(rules)")
      #expect(left == all.subtracting(expected).subtracting(["\(recordClass)/\(id)"]), "\(rules)")
    }
  }

  @Test func onlyDeletionsCascade() async throws {
    let fixture = try await RelationFixture.family(onDelete: ["child.father": "cascade", "female.husband": "cascade"])
    try await fixture.change("male", "m1", ["children": [], "wife": nil])
    try await fixture.put("male", "m2", [:])
    #expect(Set(try await fixture.moments(["male", "female", "child"]).keys) == all)
    // Unless a put says so.
    try await fixture.change("male", "m1", ["children": ["c1"], "name": "x"])
    let answer = try await fixture.put("male", "m1", ["wife": "f1"], asked: ["mode": "recreate"])
    #expect(!answer.isCreated && answer.report.deleted.map(\.id) == ["c1"])
    #expect(try await fixture.get("male", "m1") == ["id": "m1", "wife": "f1", "children": []])
    #expect(try await fixture.get("female", "f1")["husband"] == "m1")
  }

  @Test func restrictionsKeepWhatIsReferredTo() async throws {
    let fixture = try await RelationFixture.family(onDelete: ["child.father": "restrict"])
    let before = try await fixture.moments(["male", "female", "child"])
    await fixture.expectRefusal(409, ["restricted"]) { try await fixture.delete("male", "m1") }
    #expect(try await fixture.moments(["male", "female", "child"]) == before)
    try await fixture.delete("child", "c1")
    try await fixture.change("child", "c3", ["father": nil])
    try await fixture.delete("male", "m1")
    // What goes too restricts nothing.
    let both = try await RelationFixture.family(onDelete: [
      "child.father": "restrict", "child.mother": "cascade", "female.husband": "cascade",
    ])
    await both.expectRefusal(409) { try await both.delete("male", "m1") }
    try await both.change("child", "c3", ["father": "m2"])
    try await both.delete("male", "m2")
    #expect(try await both.ids("child") == ["c1"])
  }

  @Test func referencesWithoutAnOtherSideObeyToo() async throws {
    for (rule, isMany) in [
      ("unlink", false), ("cascade", false), ("restrict", false), ("unlink", true), ("restrict", true),
    ] {
      let fixture = try await RelationFixture()
      try await fixture.declare("author", [["name": "name", "type": "string"]])
      try await fixture.declare(
        "book", [RelationFixture.reference("by", "author", nil, ["on_target_delete": .string(rule)], many: isMany)])
      try await fixture.put("author", "a", [:])
      try await fixture.put("book", "1", ["by": isMany ? ["a"] : "a"])
      let refusal = await fixture.refusal { try await fixture.delete("author", "a") }
      #expect((refusal?.codes == ["restricted"]) == (rule == "restrict"))
      #expect(try await fixture.ids("book") == (rule == "cascade" ? [] : ["1"]))
      if rule == "unlink" {
        #expect(try await fixture.get("book", "1") == (isMany ? ["id": "1", "by": []] : ["id": "1"]))
      }
      #expect(try await fixture.list("book", asked: ["depth": "2"]).count == (rule == "cascade" ? 0 : 1))
    }
  }

  @Test func aListIsDeletedWithWhatGoesWithIt() async throws {
    let (left, deleted) = try await deletion(["child.father": "cascade"]) { try await $0.delete("male", nil) }
    #expect(left == ["female/f1", "female/f2"])
    #expect(deleted == ["child/c1", "child/c2", "child/c3"])
    let fixture = try await RelationFixture.family()
    try await fixture.ask(.delete, "male", nil, filters: [FieldFilter(.member("children"), .contains(["c1"]))])
    #expect(try await fixture.ids("male") == ["m2"])
  }

  @Test func aSequenceOfDeletionsLeavesNothingDangling() async throws {
    let fixture = try await RelationFixture.family()
    for (recordClass, id) in [("child", "c1"), ("male", "m1"), ("female", "f2"), ("child", "c3"), ("male", "m2")] {
      try await fixture.delete(recordClass, id)
      await fixture.expectRefusal(404) { try await fixture.delete(recordClass, id) }
      for name in ["male", "female", "child"] { _ = try await fixture.list(name, asked: ["depth": "4"]) }
    }
    #expect(try await fixture.list("child").map(RelationFixture.plain) == [["id": "c2", "name": "c2"]])
    #expect(
      try await fixture.list("female").map(RelationFixture.plain) == [["id": "f1", "name": "f1", "children": []]])
  }
}
