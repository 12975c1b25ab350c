import Model
import Records
import Store
import Testing

/// Records of a class that declares its fields.
@Suite struct FieldRuleTests {
  private static let fields: JSONValue = [
    ["name": "title", "type": "string", "required": true],
    ["name": "points", "type": "integer", "default": 0, "indexed": true],
    ["name": "state", "type": "string", "default": "new", "required": true],
    ["name": "seen", "type": "datetime"],
    ["name": "rank", "type": "number", "readonly": true],
    ["name": "note", "type": "json", "hidden": true],
    ["name": "code", "type": "string", "writable": false],
    ["name": "stored", "type": "boolean", "label": "shown"],
  ]

  private func fixture() async throws -> FieldFixture {
    let fixture = try FieldFixture()
    try await fixture.declare(Self.fields)
    return fixture
  }

  @Test func defaultsStandForWhatIsAbsentWhenARecordIsMade() async throws {
    let fixture = try await fixture()
    let made = try await fixture.put("r", ["title": "a"])
    #expect(made["points"] == 0 && made["state"] == "new" && made["seen"] == nil)
    #expect(try await fixture.put("s", ["title": "a", "points": .null])["points"] == .null)
    // Later only what is required gets its default.
    let replaced = try await fixture.put("r", ["title": "b"])
    #expect(replaced["points"] == nil && replaced["state"] == "new")
    let merged = try await fixture.change("r", .merge(data: ["state": .null], lists: nil))
    #expect(merged["state"] == "new")
  }

  @Test func valuesAreOfTheirTypes() async throws {
    let fixture = try await fixture()
    let wrong: [(String, JSONValue)] = [
      ("title", 1), ("points", "1"), ("points", 1.5), ("points", true), ("seen", "today"), ("shown", "true"),
      ("shown", 1), ("title", ["a"]), ("points", 1e300),
    ]
    for (name, value) in wrong {
      let faults = await fixture.faults { try await fixture.add(["title": "a"].merging([name: value]) { $1 }) }
      #expect(faults.keys.sorted() == ["data.\(name)"], "\(name) \(value.serialized)")
    }
    #expect(await fixture.faults { try await fixture.add([:]) } == ["data.title": "Required"])
    #expect(await fixture.faults { try await fixture.add(["title": .null]) } == ["data.title": "Required"])
    #expect(try await fixture.add(["title": "a", "points": 2.0])["points"] == 2.0)
    // Moments are stored so that their order is that of their texts.
    let seen = try await fixture.add(["title": "a", "seen": "2026-03-01T12:00:00+02:00"])["seen"]
    #expect(seen == "2026-03-01T10:00:00.000000Z")
  }

  @Test func unknownFieldsAreRefused() async throws {
    let fixture = try await fixture()
    let faults = await fixture.faults { try await fixture.add(["title": "a", "pionts": 1, "x": .null]) }
    #expect(faults.keys.sorted() == ["data.pionts", "data.x"])
    #expect(faults["data.pionts"]?.contains("did you mean points?") == true)
    try await fixture.put("r", ["title": "a"])
    let patches: [DataContent] = [
      .members(data: ["x": 1], lists: nil), .merge(data: ["x": 1], lists: nil),
      .operations([PatchOperation(.add, "/data/x", value: 1)]),
    ]
    for patch in patches {
      #expect(await fixture.faults { try await fixture.change("r", patch) }.keys.sorted() == ["data.x"])
    }
  }

  @Test func readonlyFieldsAreWrittenByHooksAlone() async throws {
    let fixture = try await fixture()
    #expect(await fixture.faults { try await fixture.add(["title": "a", "rank": 1]) }.keys.sorted() == ["data.rank"])
    try await fixture.put("r", ["title": "a", "rank": 1.5], as: fixture.hook)
    #expect(try await fixture.read("r")["rank"] == 1.5)
    // What is there may be sent back, and left out.
    #expect(try await fixture.put("r", ["title": "b", "rank": 1.5])["rank"] == 1.5)
    #expect(try await fixture.put("r", ["title": "c"])["rank"] == 1.5)
    let refused: [DataContent] = [
      .whole(data: ["title": "a", "rank": 2], lists: nil), .members(data: ["rank": 2], lists: nil),
      .merge(data: ["rank": .null], lists: nil), .operations([PatchOperation(.remove, "/data/rank")]),
    ]
    for content in refused {
      #expect(await fixture.faults { try await fixture.change("r", content) }.keys.sorted() == ["data.rank"])
    }
    #expect(try await fixture.change("r", .members(data: ["rank": 2], lists: nil), as: fixture.hook)["rank"] == 2)
  }

  @Test func hiddenFieldsAreForHooksAlone() async throws {
    let fixture = try await fixture()
    try await fixture.put("r", ["title": "a", "note": ["secret": 1]], as: fixture.hook)
    #expect(try await fixture.read("r")["note"] == nil)
    #expect(try await fixture.list(DataSelection())[0]["note"] == nil)
    #expect(try await fixture.put("r", ["title": "b"])["note"] == nil)
    #expect(try await fixture.change("r", .members(data: ["points": 7], lists: nil))["note"] == nil)
    #expect(try await fixture.read("r", as: fixture.hook)["note"] == ["secret": 1])
    let refused: [DataContent] = [
      .whole(data: ["title": "a", "note": 1], lists: nil), .members(data: ["note": 1], lists: nil),
      .merge(data: ["note": 1], lists: nil), .operations([PatchOperation(.add, "/data/note", value: 1)]),
      .operations([PatchOperation(.copy, "/data/title", from: "/data/note")]),
      .operations([PatchOperation(.test, "/data/note", value: ["secret": 1])]),
    ]
    for content in refused {
      #expect(await !fixture.faults { try await fixture.change("r", content) }.isEmpty)
    }
    for field in ["note", "note.secret"] {
      let filter = DataSelection(filters: [FieldFilter(.member(field), .exists(true))])
      let sort = DataSelection(order: [FieldOrder(.member(field))])
      var shown = DataSelection()
      shown.shown = [field]
      for selection in [filter, sort, shown] {
        #expect(await !fixture.faults { _ = try await fixture.list(selection) }.isEmpty)
      }
      #expect(try await fixture.list(filter, as: fixture.hook).count == 1)
    }
    // Nor does a refusal show them.
    do {
      _ = try await fixture.service.perform(
        DataRequest(.put, .record("r"), precondition: .isAt(1), content: .whole(data: ["title": "x"], lists: nil)),
        as: fixture.ada)
      Issue.record("the precondition does not hold")
    } catch DataRefusal.preconditionFailed(_, let existing?) {
      #expect(!String(decoding: existing.data, as: UTF8.self).contains("secret"))
    }
  }

  @Test func someFieldsStayAsTheyWere() async throws {
    let fixture = try await fixture()
    try await fixture.put("r", ["title": "a", "code": "x"])
    #expect(try await fixture.put("r", ["title": "b"])["code"] == "x")
    #expect(try await fixture.put("r", ["title": "b", "code": "x"])["code"] == "x")
    for requester in [fixture.ada, fixture.hook] {
      let faults = await fixture.faults {
        try await fixture.change("r", .members(data: ["code": "y"], lists: nil), as: requester)
      }
      #expect(faults.keys.sorted() == ["data.code"])
    }
  }

  @Test func labelsAreTheNamesOutside() async throws {
    let fixture = try await fixture()
    let made = try await fixture.put("r", ["title": "a", "shown": true])
    #expect(made["shown"] == true && made["stored"] == nil)
    #expect(try await fixture.read("r", as: fixture.hook)["stored"] == true)
    #expect(
      await fixture.faults { try await fixture.add(["title": "a", "stored": true]) }.keys.sorted() == ["data.stored"])
    try await fixture.put("s", ["title": "b", "shown": false])
    let by = { (name: String) in DataSelection(filters: [FieldFilter(.member(name), .equal(true))]) }
    #expect(try await fixture.list(by("shown")).map { $0["id"] } == ["r"])
    #expect(await !fixture.faults { _ = try await fixture.list(by("stored")) }.isEmpty)
    let patched = try await fixture.change("s", .operations([PatchOperation(.replace, "/data/shown", value: true)]))
    #expect(patched["shown"] == true)
  }

  @Test func whatNeedsAHookIsRefusedWhereThereIsNone() async throws {
    let fixture = try FieldFixture()
    try await fixture.declare([
      ["name": "state", "type": "string", "writable": ["hook": "h"]], ["name": "sum", "calc": ["get": "h"]],
    ])
    try await fixture.put("r", ["state": "a"])
    let problem = await #expect(throws: Problem.self) { try await fixture.put("r", ["state": "b"]) }
    #expect(problem?.code == .unavailable)
    #expect(try await fixture.read("r", as: fixture.hook)["state"] == "a")
    #expect(await fixture.faults { try await fixture.put("s", ["sum": 1]) }.keys.sorted() == ["data.sum"])
  }

  @Test func aFieldThatIsGoneIsShownNoMore() async throws {
    let fixture = try await fixture()
    try await fixture.put("r", ["title": "a", "points": 5])
    try await fixture.declare([["name": "title", "type": "string"]])
    #expect(try await fixture.read("r")["points"] == nil)
    #expect(try await fixture.change("r", .members(data: ["title": "b"], lists: nil))["title"] == "b")
    try await fixture.declare([["name": "title", "type": "string"], ["name": "points", "type": "string"]])
    #expect(try await fixture.read("r")["points"] == nil)
  }

  @Test func aSchemaMayStandBeside() async throws {
    let fixture = try FieldFixture()
    let schema: JSONValue = ["type": "object", "properties": ["shown": ["type": "string", "maxLength": 3]]]
    let answer = try await fixture.declare(
      [["name": "a", "type": "string", "label": "shown"], ["name": "n", "type": "integer", "required": true]],
      ["schema": schema])
    #expect(answer.data?["record_schema"]?["required"] == ["n"])
    #expect(answer.data?["record_schema"]?["properties"]?["shown"] == ["type": ["string", "null"]])
    #expect(try await fixture.put("r", ["shown": "abc", "n": 1])["schema"] == .int(answer.timestamp))
    #expect(await !fixture.faults { try await fixture.put("r", ["shown": "abcd", "n": 1]) }.isEmpty)
    // What was read can be put back.
    let read = try await fixture.read("r")
    #expect(try await fixture.put("r", read.objectValue ?? [:])["shown"] == "abc")
  }

  @Test func historyShowsWhatIsShown() async throws {
    let fixture = try FieldFixture { $0.keepsHistory = true }
    try await fixture.declare(Self.fields)
    try await fixture.put("r", ["title": "a", "note": "secret", "stored": true], as: fixture.hook)
    let entries = try await fixture.service.read(as: fixture.ada) { try $0.history(of: "b", limit: 100).entries }
    let text = entries.map { String(decoding: $0.data, as: UTF8.self) }.last {
      $0.contains("\"title\"") && $0.contains("\"r\"")
    }
    #expect(text?.contains("shown") == true && text?.contains("secret") == false)
  }
}
