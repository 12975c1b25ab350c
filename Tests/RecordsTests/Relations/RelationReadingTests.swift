import Model
import Records
import Store
import Testing

@Suite struct RelationReadingTests {
  @Test func depthShowsIDsObjectsAndWhatTheyReferTo() async throws {
    let fixture = try await RelationFixture.family()
    func child(_ depth: String) async throws -> JSONValue {
      try await fixture.get("child", "c1", asked: ["depth": depth])
    }
    #expect(try await child("0") == "c1")
    let flat: JSONValue = ["id": "c1", "name": "c1", "father": "m1", "mother": "f1"]
    #expect(try await child("1") == flat)
    #expect(try await fixture.get("child", "c1") == flat)
    let father: JSONValue = ["id": "m1", "name": "m1", "wife": "f1", "children": ["c1", "c3"]]
    let mother: JSONValue = ["id": "f1", "name": "f1", "husband": "m1", "children": ["c1"]]
    #expect(try await child("2") == ["id": "c1", "name": "c1", "father": father, "mother": mother])
    let third: JSONValue = ["id": "c3", "name": "c3", "father": "m1", "mother": "f2"]
    #expect(
      try await child("3") == [
        "id": "c1", "name": "c1",
        "father": ["id": "m1", "name": "m1", "wife": mother, "children": [flat, third]],
        "mother": ["id": "f1", "name": "f1", "husband": father, "children": [flat]],
      ])
    let list = try await fixture.list("child", asked: ["depth": "2"]).map(RelationFixture.plain)
    #expect(list[0] == ["id": "c1", "name": "c1", "father": father, "mother": mother])
    #expect(try await fixture.list("child", asked: ["depth": "0"]) == ["c1", "c2", "c3"])
  }

  @Test func anEmptyReferenceIsLeftOutAndAnEmptyListIsShown() async throws {
    let fixture = try await RelationFixture.cookies()
    try await fixture.put("cookie", "c", [:])
    try await fixture.put("jar", "1", [:])
    for depth in ["1", "2", "4"] {
      #expect(try await fixture.list("cookie", asked: ["depth": depth]).map(RelationFixture.plain) == [["id": "c"]])
      #expect(try await fixture.get("jar", "1", asked: ["depth": depth]) == ["id": "1", "cookies": []])
    }
  }

  @Test func backReferencesCanBeIDs() async throws {
    let fixture = try await RelationFixture.cookies()
    try await fixture.put("jar", "1", ["cookies": [["id": "a"], ["id": "b"]]])
    let asked = ["depth": "3", "backrefs": "id"]
    #expect(
      try await fixture.get("jar", "1", asked: asked) == [
        "id": "1", "cookies": [["id": "a", "jar": "1"], ["id": "b", "jar": "1"]],
      ])
    #expect(
      try await fixture.get("cookie", "a", asked: asked) == [
        "id": "a", "jar": ["id": "1", "cookies": ["a", ["id": "b", "jar": "1"]]],
      ])
  }

  @Test func theGraphHasWhatTheTreeHas() async throws {
    let fixture = try await RelationFixture.family()
    for depth in 1...4 {
      let tree = try await fixture.get("child", "c1", asked: ["depth": String(depth)])
      let answer = try await fixture.ask(.read, "child", "c1", asked: ["depth": String(depth), "shape": "graph"])
      #expect(RelationFixture.plain(answer.data ?? .null) == (try await fixture.get("child", "c1")))
      var included: [String: JSONValue] = [:]
      for (name, objects) in answer.related ?? [:] {
        for object in objects {
          #expect(included["\(name)/\(object.name)"] == nil, "twice: \(object.name)")
          included["\(name)/\(object.name)"] = RelationFixture.plain(try JSONValue(parsing: object.data))
        }
      }
      var seen: [String: JSONValue] = [:]
      Self.collect(tree, into: &seen)
      seen["c1"] = nil
      #expect(Set(included.values) == Set(seen.values), "depth \(depth)")
      #expect(included.count == seen.count)
    }
  }

  /// The objects of a tree by their ids, with ids in the place of what they refer to.
  private static func collect(_ value: JSONValue, into seen: inout [String: JSONValue]) {
    switch value {
    case .array(let elements): for element in elements { collect(element, into: &seen) }
    case .object(let members):
      for member in members.values { collect(member, into: &seen) }
      let flat = members.mapValues { value -> JSONValue in
        if case .array(let elements) = value { return .array(elements.map { $0["id"] ?? $0 }) }
        return value["id"] ?? value
      }
      seen[members["id"]?.stringValue ?? ""] = .object(flat)
    default: break
    }
  }

  @Test func whatOneMayNotReadIsAnID() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declare(
      "cookie", [["name": "type", "type": "string"], RelationFixture.reference("jar", "jar", "cookies")])
    try await fixture.declare(
      "jar", [RelationFixture.reference("cookies", "cookie", "jar", many: true)], lists: [.read: ["account:bob"]])
    try await fixture.put("jar", "1", ["cookies": [["id": "a", "type": "secret"], ["id": "b", "type": "shared"]]])
    try await fixture.ask(
      .change, "cookie", "b", .members(data: nil, lists: [.read: ["account:bob"]]), as: fixture.ada)
    for asked in [["depth": "2"], ["depth": "4"]] {
      let seen = try await fixture.get("jar", "1", asked: asked, as: fixture.bob)
      #expect(seen["cookies"]?.arrayValue?.first == "a")
      #expect(seen["cookies"]?.arrayValue?.last?["type"] == "shared")
      #expect(!seen.serialized.contains("secret"))
    }
    let answer = try await fixture.ask(.read, "jar", "1", asked: ["depth": "3", "shape": "graph"], as: fixture.bob)
    #expect(answer.related?["cookie"]?.map(\.name) == ["b"])
  }

  @Test func limitsAreNamed() async throws {
    let fixture = try await RelationFixture.family()
    for (asked, code) in [
      (["depth": "5"], "depth_too_large"), (["depth": "3000"], "depth_too_large"), (["depth": "-1"], nil),
      (["depth": "x"], nil), (["depth": "2.0"], nil), (["depth": ""], nil), (["shape": "heap"], nil),
      (["backrefs": "no"], nil),
    ] as [([String: String], String?)] {
      await fixture.expectRefusal(400, [code]) { _ = try await fixture.get("child", "c1", asked: asked) }
      await fixture.expectRefusal(400, [code]) { _ = try await fixture.list("child", asked: asked) }
    }
    let deep = try await RelationFixture.cookies { $0.depthMax = 8 }
    try await deep.put("jar", "1", ["cookies": .array((0..<120).map { ["id": .string("c\($0)")] })])
    _ = try await deep.get("jar", "1", asked: ["depth": "3"])
    // 120 cookies with their jar with 120 cookies with their jar.
    await deep.expectRefusal(400, ["expansion_too_large"]) {
      _ = try await deep.get("jar", "1", asked: ["depth": "5"])
    }
    let answer = try await deep.ask(.read, "jar", "1", asked: ["depth": "8", "shape": "graph"])
    #expect(answer.related?["cookie"]?.count == 120)
    #expect(
      try await deep.get("jar", "1", asked: ["depth": "8", "backrefs": "id"])["cookies"]?.arrayValue?.count == 120)
  }

  @Test func answersHaveABoundOfBytes() async throws {
    let fixture = try await RelationFixture.cookies()
    let long = JSONValue.string(String(repeating: "x", count: 500_000))
    try await fixture.put("jar", "1", ["cookies": .array((0..<20).map { ["id": .string("c\($0)"), "type": long] })])
    _ = try await fixture.get("jar", "1")
    for shape in ["tree", "graph"] {
      await fixture.expectRefusal(400, ["expansion_too_large"]) {
        _ = try await fixture.get("jar", "1", asked: ["depth": "2", "shape": shape])
      }
    }
  }

  @Test func questionsAreAsManyAsLevels() async throws {
    let store = FakeRecordStore()
    let fixture = try await RelationFixture(on: store)
    try await fixture.declareCookies()
    func add(_ range: Range<Int>) async throws {
      for jar in range {
        try await fixture.put(
          "jar", "j\(jar)", ["cookies": .array((0..<5).map { ["id": .string("c\(jar)-\($0)")] })])
      }
    }
    try await add(0..<2)
    var few: [Int] = []
    var many: [Int] = []
    for depth in 1...4 {
      _ = try await fixture.list("jar", asked: ["depth": String(depth)])
      few.append(store.questions)
    }
    try await add(2..<40)
    for depth in 1...4 {
      let asked = ["depth": String(depth)]
      #expect(try await fixture.list("jar", asked: asked).count == 40)
      many.append(store.questions)
    }
    #expect(few == many, "\(few), then \(many)")
    #expect(many.allSatisfy { $0 < 40 })
  }

  @Test func theETagOfADeepReadMovesWithAllThatItShows() async throws {
    let fixture = try await RelationFixture.family()
    func version(_ depth: String) async throws -> Int64? {
      try await fixture.ask(.read, "child", "c1", asked: ["depth": depth]).version
    }
    #expect(try await version("1") == nil)
    let (two, three) = (try await version("2"), try await version("3"))
    #expect(two != nil && two != three)
    await #expect(throws: DataRefusal.self) {
      try await fixture.ask(
        .read, "child", "c1", .whole(data: nil, lists: nil), .isNotAt(two ?? 0), asked: ["depth": "2"])
    }
    // Two levels away.
    try await fixture.change("child", "c3", ["name": "other"])
    #expect(try await version("2") == two)
    #expect(try await version("3") != three)
    let list = try await fixture.ask(.read, "child", nil, asked: ["depth": "2"]).version
    try await fixture.change("female", "f2", ["name": "other"])
    #expect(try await fixture.ask(.read, "child", nil, asked: ["depth": "2"]).version != list)
  }

  @Test func listsAreChosenByReferences() async throws {
    let fixture = try await RelationFixture.family()
    try await fixture.put("child", "c4", [:])
    func filter(_ name: String, _ test: FieldFilter.Test) -> FieldFilter { FieldFilter(.member(name), test) }
    func children(_ filters: FieldFilter...) async throws -> [String] { try await fixture.ids("child", filters) }
    #expect(try await children(filter("father", .equal("m1"))) == ["c1", "c3"])
    #expect(try await children(filter("father", .equal("m1")), filter("mother", .equal("f2"))) == ["c3"])
    #expect(try await children(filter("father", .equal("nobody"))) == [])
    #expect(try await children(filter("father", .equal(.null))) == ["c4"])
    #expect(try await children(filter("father", .notEqual(.null))) == ["c1", "c2", "c3"])
    #expect(try await children(filter("father", .among(["m2", "m3"]))) == ["c2"])
    #expect(try await children(filter("father", .exists(false))) == ["c4"])
    func males(_ test: FieldFilter.Test) async throws -> [String] {
      try await fixture.ids("male", [filter("children", test)])
    }
    #expect(try await males(.contains(["c1"])) == ["m1"])
    #expect(try await males(.contains(["c1", "c3"])) == ["m1"])
    #expect(try await males(.contains(["c1", "c2"])) == [])
    #expect(try await males(.contains(["nobody"])) == [])
    #expect(try await males(.containsAny(["c1", "c2"])) == ["m1", "m2"])
    #expect(try await males(.exists(false)) == [])
    for test in [FieldFilter.Test.equal("c1"), .equal(["c1"]), .like("c"), .less("c9"), .among(["c1"])] {
      await fixture.expectRefusal(400) { _ = try await males(test) }
    }
    for name in ["father.name", "nobody", "children"] {
      await fixture.expectRefusal(400) { _ = try await children(filter(name, .equal("x"))) }
    }
    #expect(
      try await fixture.ids("child", order: [FieldOrder(.member("father")), FieldOrder(.id)]) == [
        "c1", "c3", "c2", "c4",
      ])
    await fixture.expectRefusal(400) { _ = try await fixture.ids("male", order: [FieldOrder(.member("children"))]) }
    #expect(
      try await fixture.ask(.count, "male", nil, filters: [filter("children", .contains(["c1"]))]).content == .count(1))
  }

  @Test func classesWithoutReferencesAreAsTheyWere() async throws {
    let fixture = try await RelationFixture()
    _ = try await fixture.service.perform(
      DataRequest(.put, .recordClass("plain"), content: .whole(data: [:], lists: nil)), as: fixture.ada)
    try await fixture.put("plain", "a", ["depth": 2, "jar": ["id": "x"]])
    let answer = try await fixture.ask(.read, "plain", "a", asked: ["depth": "99"])
    #expect(RelationFixture.plain(answer.data ?? .null) == ["id": "a", "depth": 2, "jar": ["id": "x"]])
    #expect(try await fixture.ids("plain", [FieldFilter(.member("depth"), .equal(3))]) == [])
    await fixture.expectRefusal(400) { try await fixture.ask(.add, "plain", nil, .several([[:]])) }
  }
}
