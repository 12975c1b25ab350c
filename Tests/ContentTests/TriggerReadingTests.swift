import Model
import Testing

@testable import Content

@Suite("Reading the triggers of a hook.yaml")
struct TriggerReadingTests {
  private static let head = "runtime: bash\nentry: x\n"

  private func read(_ text: String, owner: String = "main/hello") throws -> HookDefinition {
    try HookDefinitionReader.read(Array((Self.head + text).utf8), file: "hello/hook.yaml", owner: owner)
  }

  @Test("takes every key, and derives a name where none is given")
  func everything() throws {
    let triggers = try read(
      """
      triggers:
        - {class: scores}
        - name: high
          class: scores
          on: [create, update]
          fields: [points, author.name]
          if:
            new: {points: {min: 100, max: 200.5}, state: {in: [open, 1]}, tag: }
            old: {state: open, gone: {exists: false}, other: {changed: true}, whole: {is: {a: 1}}}
          enabled: false
          description: The best
        - {group: "*", on: [delete]}
        - {account: true}
        - {event: report.*, if: {data: {ok: true}}}
      """
    ).triggers
    #expect(triggers.map(\.name).prefix(2) == ["class-scores", "high"])
    #expect(triggers[2].name.hasPrefix("group-") && triggers[3].name == "account")
    #expect(triggers.map(\.isEnabled) == [true, false, true, true, true])
    #expect(triggers[0].definition == TriggerDefinition(source: .recordClass("scores")))
    let high = triggers[1].definition
    #expect(high.signals == [.create, .update] && high.fields == ["points", "author.name"])
    #expect(high.condition.new["points"] == FieldTest(minimum: 100, maximum: 200.5))
    #expect(high.condition.new["state"] == FieldTest(oneOf: ["open", 1]))
    #expect(high.condition.new["tag"] == FieldTest(equals: .null))
    #expect(high.condition.old["whole"] == FieldTest(equals: ["a": 1]))
    #expect(high.condition.old["gone"] == FieldTest(exists: false))
    #expect(triggers[4].definition.condition.new == ["ok": FieldTest(equals: true)])
  }

  @Test(
    "names file, line, key and rule of what is wrong",
    arguments: [
      ("triggers: {}\n", 3, "triggers", "a list such as"),
      ("triggers:\n  - {name: x}\n", 4, "triggers[0]", "one of class, group, account, event"),
      ("triggers:\n  - {class: a, event: b.c}\n", 4, "triggers[0].event", "one of class, group"),
      ("triggers:\n  - class: a\n    on: [creat]\n", 5, "triggers[0].on", "some of create, update, delete"),
      ("triggers:\n  - class: a\n    onn: [create]\n", 5, "triggers[0].onn", "one of name, enabled, class"),
      ("triggers:\n  - class: a/b\n", 4, "triggers[0].class", "* for all, or letters"),
      ("triggers:\n  - event: hook.deployed\n", 4, "triggers[0].event", "another first word than"),
      ("triggers:\n  - event: x.y\n    on: [create]\n", 5, "triggers[0].on", ""),
      ("triggers:\n  - class: a\n    budget: 1s\n", 5, "triggers[0].budget", "only with when: before"),
      ("triggers:\n  - class: a\n    fields: []\n", 5, "triggers[0].fields", "1 to 32 names"),
      (
        "triggers:\n  - class: a\n    if:\n      new:\n        p.q: 1\n        p: {mn: 1}\n", 8,
        "triggers[0].if.new.p.mn", "one of is, min"
      ),
      ("triggers:\n  - class: a\n    if:\n      nw: {}\n", 6, "triggers[0].if.nw", "one of new, old"),
      ("triggers:\n  - {class: a}\n  - {class: a}\n", 5, "triggers[1].name", "different names"),
      ("triggers:\n  - {name: X, class: a}\n", 4, "triggers[0].name", "1 to 63 characters"),
    ])
  func faults(_ text: String, _ line: Int, _ field: String, _ rule: String) throws {
    let problem = try #require(throws: Problem.self) { try read(text) }
    #expect(problem.field == field, "\(problem)")
    #expect(problem.line == line, "\(problem)")
    #expect(problem.file == "hello/hook.yaml")
    #expect((problem.rule ?? "").hasPrefix(rule), "\(problem)")
  }

  @Test("lets only hooks of main look at accounts")
  func accounts() throws {
    let problem = try #require(throws: Problem.self) {
      try read("triggers:\n  - account: true\n", owner: "other/hello")
    }
    #expect(problem.field == "triggers[0].account" && problem.line == 4)
    #expect(try read("triggers:\n  - account: true\n").triggers.count == 1)
  }

  @Test("knows the scopes of events")
  func scopes() throws {
    #expect(try read("scopes: [events.emit, \"events.emit:report.*\", \"events.emit:a.b\"]\n").scopes.count == 3)
    for scope in ["events.emit:hook.x", "events.emit:", "events.emit:A", "events"] {
      #expect(throws: Problem.self) { try read("scopes: [\"\(scope)\"]\n") }
    }
  }
}
