import Model
import Records
import Store
import Testing

@Suite struct RelationWritingTests {
  // What the older service's tests assert, as facts of ours

  @Test func writesChangeExactlyWhatTheyTouch() async throws {
    let classes = ["male", "female", "child"]
    let rows: [(String, @Sendable (RelationFixture) async throws -> Void, Set<String>)] = [
      ("a read", { _ = try await $0.get("child", "c1", asked: ["depth": "4"]) }, []),
      ("a new record", { try await $0.put("male", "m3", [:]) }, ["male/m3"]),
      ("a plain value", { try await $0.change("male", "m1", ["name": "x"]) }, ["male/m1"]),
      (
        "a marriage", { try await $0.change("male", "m1", ["wife": "f2"]) },
        ["male/m1", "male/m2", "female/f1", "female/f2"]
      ),
      (
        "the same from the other side", { try await $0.change("female", "f2", ["husband": "m1"]) },
        ["male/m1", "male/m2", "female/f1", "female/f2"]
      ),
      ("the same wife", { try await $0.change("male", "m1", ["wife": "f1"]) }, ["male/m1"]),
      ("a divorce", { try await $0.change("male", "m1", ["wife": nil]) }, ["male/m1", "female/f1"]),
      ("another father", { try await $0.change("child", "c1", ["father": "m2"]) }, ["child/c1", "male/m1", "male/m2"]),
      ("no father", { try await $0.change("child", "c1", ["father": nil]) }, ["child/c1", "male/m1"]),
      (
        "children taken", { try await $0.change("male", "m2", ["children": ["c1", "c2"]]) },
        ["male/m1", "male/m2", "child/c1"]
      ),
      ("children left", { try await $0.change("male", "m1", ["children": []]) }, ["male/m1", "child/c1", "child/c3"]),
      ("a put of nothing", { try await $0.put("male", "m1", [:]) }, ["male/m1", "female/f1", "child/c1", "child/c3"]),
      (
        "a new wife", { try await $0.change("male", "m1", ["wife": ["id": "f3"]]) },
        ["male/m1", "female/f1", "female/f3"]
      ),
      (
        "a new child of two", { try await $0.put("child", "c4", ["father": "m1", "mother": "f1"]) },
        ["child/c4", "male/m1", "female/f1"]
      ),
      (
        "a new male with a wife of another", { try await $0.put("male", "m3", ["wife": "f1"]) },
        ["male/m3", "male/m1", "female/f1"]
      ),
      ("a deletion", { try await $0.delete("male", "m1") }, ["male/m1", "female/f1", "child/c1", "child/c3"]),
      ("a deletion of a child", { try await $0.delete("child", "c1") }, ["child/c1", "male/m1", "female/f1"]),
    ]
    for (name, body, expected) in rows {
      let fixture = try await RelationFixture.family()
      let changed = try await fixture.changed(in: classes) { try await body(fixture) }
      #expect(changed == expected, "\(name)")
    }
  }

  @Test func patchIsOldWithNewAndPutIsNewAlone() async throws {
    let fixture = try await RelationFixture.family()
    try await fixture.change("male", "m1", ["name": "x"])
    #expect(try await fixture.get("male", "m1") == ["id": "m1", "name": "x", "wife": "f1", "children": ["c1", "c3"]])
    for _ in 0..<2 {
      let answer = try await fixture.put("male", "m1", ["children": ["c3"]])
      #expect(!answer.isCreated)
      #expect(RelationFixture.plain(answer.data ?? .null) == ["id": "m1", "children": ["c3"]])
    }
    #expect(try await fixture.get("female", "f1") == ["id": "f1", "name": "f1", "children": ["c1"]])
    // What one has read can be put again.
    let read = try await fixture.ask(.read, "male", "m2").data?.objectValue ?? [:]
    let changed = try await fixture.changed(in: ["male", "female", "child"]) {
      try await fixture.put("male", "m2", read)
    }
    #expect(changed == ["male/m2"])
    // Nor does a change of rights alone touch anything else.
    try await fixture.ask(.put, "male", "m2", .whole(data: nil, lists: [.read: ["account:bob"]]))
    #expect(try await fixture.get("male", "m2")["wife"] == "f2")
  }

  @Test func patchesOfAllKindsReachReferences() async throws {
    let fixture = try await RelationFixture.family()
    try await fixture.ask(.change, "male", "m1", .merge(data: ["wife": nil, "children": ["c2"]], lists: nil))
    #expect(try await fixture.get("male", "m1") == ["id": "m1", "name": "m1", "children": ["c2"]])
    try await fixture.ask(
      .change, "male", "m1",
      .operations([
        PatchOperation(.add, "/data/children/-", value: "c1"), PatchOperation(.add, "/data/wife", value: "f2"),
        PatchOperation(.test, "/data/children/0", value: "c2"),
      ]))
    #expect(try await fixture.get("male", "m1") == ["id": "m1", "name": "m1", "wife": "f2", "children": ["c1", "c2"]])
    try await fixture.ask(.change, "male", "m1", .operations([PatchOperation(.remove, "/data/wife")]))
    #expect(try await fixture.get("female", "f2") == ["id": "f2", "name": "f2", "children": ["c2", "c3"]])
  }

  @Test func childrenAreMadeWithTheirParentsAndTheOtherWayRound() async throws {
    let fixture = try await RelationFixture.cookies()
    let jar = try await fixture.put("jar", "1", ["cookies": [["id": "a", "type": "x"], ["id": "b"]]])
    #expect(RelationFixture.plain(jar.data ?? .null) == ["id": "1", "cookies": ["a", "b"]])
    #expect(try await fixture.get("cookie", "a") == ["id": "a", "type": "x", "jar": "1"])
    let cookie = try await fixture.put("cookie", "c", ["jar": ["id": "2", "label": "new"]])
    #expect(cookie.data?["jar"] == "2")
    #expect(try await fixture.get("jar", "2") == ["id": "2", "label": "new", "cookies": ["c"]])
    // Both ways mixed, with one that is there.
    try await fixture.put("cookie", "d", ["jar": ["id": "3", "cookies": ["a", ["id": "e"], "d"]]])
    #expect(try await fixture.get("jar", "3") == ["id": "3", "cookies": ["a", "d", "e"]])
    #expect(try await fixture.get("jar", "1") == ["id": "1", "cookies": ["b"]])
    let unnamed = try await fixture.add("jar", ["cookies": [[:], [:]]])
    #expect(unnamed.data?["cookies"]?.arrayValue?.count == 2)
    #expect(try await fixture.ids("cookie").count == 7)
  }

  @Test func aListIsAddedAsAWholeOrNotAtAll() async throws {
    let fixture = try await RelationFixture.cookies()
    let answer = try await fixture.ask(
      .add, "jar", nil, .several([["id": "1", "cookies": [["id": "a"]]], ["id": "2", "cookies": [[:], [:]]], [:]]))
    #expect(answer.isCreated && answer.objects.count == 3)
    #expect(try answer.objects.map { try JSONValue(parsing: $0.data)["cookies"]?.arrayValue?.count } == [1, 2, 0])
    #expect(try await fixture.ask(.add, "jar", nil, .several([])).objects.isEmpty)
    let before = try await fixture.moments(["jar", "cookie"])
    // The third element is wrong.
    for (bad, pointer) in [
      (["cookies": ["nobody"]], "/data/2/cookies/0"), (["label": 7], "/data/2/label"), (["what": 1], "/data/2/what"),
      (["cookies": [["type": 7]]], "/data/2/cookies/0/type"),
    ] as [([String: JSONValue], String)] {
      let refusal = await fixture.refusal {
        try await fixture.ask(.add, "jar", nil, .several([["id": "x"], [:], bad]))
      }
      #expect(refusal?.status == 400 && refusal?.pointers == [pointer], "\(String(describing: refusal))")
    }
    await fixture.expectRefusal(409, ["id_taken"], at: ["/data/1/id"]) {
      try await fixture.ask(.add, "jar", nil, .several([["id": "x"], ["id": "1"]]))
    }
    await fixture.expectRefusal(409, ["id_taken"], at: ["/data/1/id"]) {
      try await fixture.ask(.add, "jar", nil, .several([["id": "x"], ["id": "x"]]))
    }
    await fixture.expectRefusal(400, ["too_many_objects"]) {
      try await fixture.ask(.add, "jar", nil, .several(Array(repeating: [:], count: 501)))
    }
    #expect(try await fixture.moments(["jar", "cookie"]) == before)
    // Elements can refer to each other.
    try await fixture.ask(.add, "cookie", nil, .several([["id": "p", "jar": ["id": "9"]], ["id": "q", "jar": "9"]]))
    #expect(try await fixture.get("jar", "9") == ["id": "9", "cookies": ["p", "q"]])
  }

  @Test func limitsOfWritesAreNamed() async throws {
    let fixture = try await RelationFixture.cookies()
    await fixture.expectRefusal(400, ["too_many_objects"]) {
      try await fixture.put("jar", "1", ["cookies": .array(Array(repeating: [:], count: 1000))])
    }
    var nested: JSONValue = ["id": "end"]
    for level in 0..<6 { nested = level % 2 == 0 ? ["cookies": [nested]] : ["jar": nested] }
    await fixture.expectRefusal(400, ["nested_too_deep"]) { try await fixture.add("cookie", nested.objectValue ?? [:]) }
    #expect(try await fixture.ids("jar") == [])
    #expect(try await fixture.ids("cookie") == [])
  }

  @Test func malformedReferencesAreToldWithTheirPlaces() async throws {
    let fixture = try await RelationFixture.cookies()
    try await fixture.put("jar", "1", [:])
    try await fixture.put("cookie", "a", [:])
    for (recordClass, data, codes, pointers) in [
      ("jar", ["cookies": ["a", "a"]], ["duplicate_reference"], ["/data/cookies/1"]),
      (
        "jar", ["cookies": ["a", "x", "y"]], ["reference_not_found", "reference_not_found"],
        ["/data/cookies/1", "/data/cookies/2"]
      ),
      ("jar", ["cookies": "a"], [nil], ["/data/cookies"]), ("jar", ["cookies": ["id": "a"]], [nil], ["/data/cookies"]),
      ("jar", ["cookies": [true]], ["bad_reference"], ["/data/cookies/0"]),
      ("jar", ["cookies": [nil]], ["bad_reference"], ["/data/cookies/0"]),
      ("jar", ["cookies": [["a"]]], ["bad_reference"], ["/data/cookies/0"]),
      ("jar", ["cookies": [7]], ["bad_reference"], ["/data/cookies/0"]),
      ("jar", ["cookies": [["id": "not an id"]]], [nil], ["/data/cookies/0/id"]),
      ("cookie", ["jar": ["1", "1"]], ["bad_reference"], ["/data/jar"]),
      ("cookie", ["jar": "nobody"], ["reference_not_found"], ["/data/jar"]),
      ("cookie", ["jar": 1.5], ["bad_reference"], ["/data/jar"]),
      ("cookie", ["jar": ["cookies": ["nobody"]]], ["reference_not_found"], ["/data/jar/cookies/0"]),
    ] as [(String, [String: JSONValue], [String?], [String])] {
      await fixture.expectRefusal(400, codes, at: pointers) { try await fixture.add(recordClass, data) }
    }
    await fixture.expectRefusal(404) { try await fixture.change("jar", "9", ["cookies": []]) }
  }

  @Test func idsThatAreNumbersAreNumbersInReferencesToo() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declareCookies(id: "integer")
    let jar = try await fixture.add("jar", ["cookies": [[:], [:]]])
    #expect(RelationFixture.plain(jar.data ?? .null) == ["id": 1, "cookies": [1, 2]])
    #expect(try await fixture.get("cookie", "2") == ["id": 2, "jar": 1])
    for ids in [["1", "2"], [1, "2"], [2, 1]] as [JSONValue] {
      try await fixture.change("jar", "1", ["cookies": ids])
      #expect(try await fixture.get("jar", "1") == ["id": 1, "cookies": [1, 2]])
    }
    await fixture.expectRefusal(400, ["duplicate_reference"]) {
      try await fixture.change("jar", "1", ["cookies": [1, "1"]])
    }
    for _ in 0..<9 { try await fixture.add("cookie", ["jar": "1"]) }
    #expect(try await fixture.get("jar", "1")["cookies"] == .array((1...11).map { .int($0) }))
    #expect(try await fixture.ids("cookie", [FieldFilter(.member("jar"), .equal("1"))]).count == 11)
    #expect(try await fixture.ids("cookie", [FieldFilter(.member("jar"), .equal(1))]).count == 11)
    #expect(try await fixture.ids("jar", [FieldFilter(.member("cookies"), .contains([11]))]) == ["1"])
    #expect(try await fixture.get("cookie", "3", asked: ["depth": "0"]) == 3)
    #expect(try await fixture.get("cookie", "3", asked: ["depth": "2"])["jar"]?["id"] == 1)
  }

  @Test func movingKeepsTheSiblings() async throws {
    let fixture = try await RelationFixture.cookies()
    try await fixture.put("jar", "1", ["cookies": [["id": "a"], ["id": "b"]]])
    try await fixture.put("jar", "2", ["cookies": [["id": "c"]]])
    let answer = try await fixture.change("jar", "2", ["cookies": ["c", "a"]])
    #expect(try await fixture.get("jar", "1") == ["id": "1", "cookies": ["b"]])
    #expect(try await fixture.get("cookie", "a") == ["id": "a", "jar": "2"])
    #expect(answer.report.displaced.map(\.record.id) == ["1"])
    #expect(answer.report.displaced.map(\.field) == ["cookies"] && answer.report.displaced.map(\.was) == ["a"])
    // Who moves itself takes nothing from anybody.
    #expect(try await fixture.change("cookie", "a", ["jar": "1"]).report.isEmpty)
  }

  // Contradictions

  @Test func aRequestThatContradictsItselfIsRefused() async throws {
    let fixture = try await RelationFixture.family()
    let before = try await fixture.moments(["male", "female", "child"])
    func refused(_ pointers: [String], _ line: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async
    {
      await fixture.expectRefusal(
        409, ["conflicting_relations", "conflicting_relations"], at: pointers, line, body)
    }
    await refused(["/data/children/0", "/data/children/0/father"]) {
      try await fixture.change("male", "m1", ["children": [["father": "m2"]]])
    }
    await refused(["/data/husband", "/data/husband/wife"]) {
      try await fixture.change("female", "f1", ["husband": ["wife": "f2"]])
    }
    await refused(["/data/0/wife", "/data/1/wife"]) {
      try await fixture.ask(.add, "male", nil, .several([["wife": "f1"], ["wife": "f1"]]))
    }
    await refused(["/data/father", "/data/father/children"]) {
      try await fixture.add("child", ["father": ["children": ["c1"]]])
    }
    await refused(["/data/father", "/data/father/children"]) {
      try await fixture.change("child", "c1", ["father": ["children": []]])
    }
    await refused(["/data/0/children/0", "/data/1/children/0"]) {
      try await fixture.ask(.add, "male", nil, .several([["children": ["c1"]], ["children": ["c1"]]]))
    }
    await refused(["/data/husband", "/data/husband/wife"]) {
      try await fixture.change("female", "f1", ["husband": ["wife": nil]])
    }
    #expect(try await fixture.moments(["male", "female", "child"]) == before)
    // What says the same twice is fine.
    try await fixture.change("male", "m1", ["children": [["id": "c7", "father": "m1"], "c1"]])
    #expect(try await fixture.get("male", "m1")["children"] == ["c1", "c7"])
    try await fixture.put("child", "c8", ["father": ["id": "m8", "children": ["c8", "c1"]]])
    #expect(try await fixture.get("male", "m8")["children"] == ["c1", "c8"])
  }

  @Test func whoIsDisplacedIsReportedOrProtected() async throws {
    let fixture = try await RelationFixture.family()
    let answer = try await fixture.change("male", "m1", ["wife": "f2"])
    #expect(answer.report.displaced.count == 1)
    #expect(answer.report.displaced.first?.record == ChangeReport.Record(recordClass: "male", id: "m2"))
    #expect(answer.report.displaced.first?.field == "wife" && answer.report.displaced.first?.was == "f2")
    #expect(try await fixture.get("male", "m2") == ["id": "m2", "name": "m2", "children": ["c2"]])
    #expect(try await fixture.get("female", "f1") == ["id": "f1", "name": "f1", "children": ["c1"]])
    await fixture.expectRefusal(409, ["displacement_forbidden"], at: ["/data/wife"]) {
      try await fixture.change("male", "m2", ["wife": "f2"], asked: ["displace": "forbid"])
    }
    try await fixture.change("male", "m2", ["wife": "f1"], asked: ["displace": "forbid"])
    let strict = try await RelationFixture()
    try await strict.declareCookies(cookies: ["steal": "forbid"])
    try await strict.put("jar", "1", ["cookies": [["id": "a"]]])
    await strict.expectRefusal(409, ["displacement_forbidden"], at: ["/data/cookies/0"]) {
      try await strict.put("jar", "2", ["cookies": ["a"]])
    }
    // A cookie may leave by itself.
    try await strict.put("jar", "2", [:])
    try await strict.change("cookie", "a", ["jar": "2"])
  }

  @Test func requiredReferencesAreThere() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declareCookies(jar: ["required": true])
    await fixture.expectRefusal(400, ["required"], at: ["/data/jar"]) { try await fixture.add("cookie", [:]) }
    await fixture.expectRefusal(400, ["required"]) { try await fixture.add("cookie", ["jar": nil]) }
    // A child that stands in its jar has one.
    try await fixture.put("jar", "1", ["cookies": [["id": "a"], ["id": "b"]]])
    await fixture.expectRefusal(400, ["required"]) { try await fixture.change("cookie", "a", ["jar": nil]) }
    await fixture.expectRefusal(409, ["required"]) { try await fixture.change("jar", "1", ["cookies": ["a"]]) }
    await fixture.expectRefusal(409, ["restricted"]) { try await fixture.delete("jar", "1") }
    try await fixture.put("jar", "2", ["cookies": ["a"]])
    #expect(try await fixture.get("jar", "1")["cookies"] == ["b"])
  }

  @Test func referencesThatNobodyMayWriteStay() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declareCookies(jar: ["readonly": true])
    await fixture.expectRefusal(400, ["field_is_readonly"]) { try await fixture.add("cookie", ["jar": ["id": "1"]]) }
    try await fixture.put("jar", "1", ["cookies": [["id": "a"]]])
    #expect(try await fixture.get("cookie", "a")["jar"] == "1")
    try await fixture.put("cookie", "a", ["type": "x"])
    #expect(try await fixture.get("cookie", "a")["jar"] == "1")
    let still = try await RelationFixture()
    try await still.declareCookies(jar: ["writable": false])
    try await still.put("jar", "1", ["cookies": [["id": "a"]]])
    try await still.put("jar", "2", [:])
    for body in [
      { try await still.change("cookie", "a", ["jar": "2"]) }, { try await still.change("jar", "1", ["cookies": []]) },
      { try await still.change("jar", "2", ["cookies": ["a"]]) },
    ] as [@Sendable () async throws -> DataAnswer] {
      await still.expectRefusal(400, ["field_update_forbidden"]) { _ = try await body() }
    }
    await still.expectRefusal(409) { try await still.delete("jar", "1") }
  }

  @Test func hiddenReferencesAreSeenFromTheOtherSideAlone() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declareCookies(jar: ["hidden": true])
    await fixture.expectRefusal(400) { try await fixture.add("cookie", ["jar": "1"]) }
    try await fixture.put("jar", "1", ["cookies": [["id": "a"]]])
    #expect(try await fixture.get("cookie", "a") == ["id": "a"])
    #expect(try await fixture.get("jar", "1", asked: ["depth": "3"]) == ["id": "1", "cookies": [["id": "a"]]])
    try await fixture.put("cookie", "a", ["type": "x"])
    #expect(try await fixture.get("jar", "1") == ["id": "1", "cookies": ["a"]])
    await fixture.expectRefusal(400) { _ = try await fixture.ids("cookie", [FieldFilter(.member("jar"), .equal("1"))]) }
  }

  @Test func labelsAreTheNamesOutside() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declareCookies(jar: ["label": "tin"], cookies: ["label": "biscuits"])
    try await fixture.put("jar", "1", ["biscuits": [["id": "a"]]])
    #expect(try await fixture.get("cookie", "a") == ["id": "a", "tin": "1"])
    await fixture.expectRefusal(400) { try await fixture.change("cookie", "a", ["jar": nil]) }
    let answer = try await fixture.put("jar", "2", ["biscuits": ["a"]])
    #expect(answer.report.displaced.map(\.field) == ["biscuits"])
    #expect(try await fixture.ids("cookie", [FieldFilter(.member("tin"), .equal("2"))]) == ["a"])
    #expect(try await fixture.get("cookie", "a", asked: ["depth": "2"])["tin"]?["biscuits"] == ["a"])
  }
}
