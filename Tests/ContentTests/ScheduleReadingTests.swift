import Model
import Testing

@testable import Content

@Suite("Reading the schedules of a hook.yaml")
struct ScheduleReadingTests {
  private static let head = "runtime: bash\nentry: x\n"

  private func read(_ text: String) throws -> HookDefinition {
    try HookDefinitionReader.read(
      Array((Self.head + text).utf8), file: "hello/hook.yaml", schedules: SomeZones.admission, owner: "main/hello")
  }

  @Test("takes every key, and derives a name where none is given")
  func everything() throws {
    let definition = try read(
      """
      parameters: {properties: {kind: {type: string, default: all}, n: {type: integer}}, required: [n]}
      schedules:
        - {every: 10s, payload: {n: 1}}
        - name: nightly
          cron: "30 2 * * *"
          zone: Europe/Berlin
          description: The report
          payload: {n: 2}
          overlap: cancel-running
          missed: all:20
          tolerance: 1m
          jitter: 30s
          start: 2026-01-01T00:00:00Z
          end: 2027-01-01T00:00:00+01:00
          disable_after: 5
          on_failure: mourner
          on_recovery: herald
        - {at: 2020-12-24T18:00:00, zone: Europe/Berlin, payload: {n: 3}}
        - {every: 1h, align: creation, payload: {n: 4}, name: "hourly"}
      """)
    #expect(definition.schedules.map(\.name).prefix(2) == ["every-10s", "nightly"])
    #expect(definition.schedules[2].name.hasPrefix("at-"))
    #expect(
      definition.schedules[0].definition
        == ScheduleDefinition(
          rule: ScheduleRule(.every(.seconds(10), align: .epoch)), payload: ["n": 1]))
    let nightly = definition.schedules[1].definition
    #expect(nightly.rule.zone == "Europe/Berlin" && nightly.rule.jitter == .seconds(30))
    #expect(nightly.rule.end == Timestamp(rfc3339: "2026-12-31T23:00:00Z"))
    #expect(nightly.overlap == .cancelRunning && nightly.missed == .all(atMost: 20))
    #expect(nightly.tolerance == .seconds(60) && nightly.disableAfter == 5)
    #expect(nightly.onFailure == "mourner" && nightly.onRecovery == "herald")
    // The defaults of the schema are not made part of it.
    #expect(nightly.payload == ["n": 2])
    #expect(definition.schedules[3].definition.rule.timing == .every(.seconds(3600), align: .creation))
  }

  @Test("takes none, and a payload of nothing")
  func none() throws {
    #expect(try read("schedules: []\n").schedules == [])
    #expect(try read("").schedules == [])
    #expect(try read("schedules: [{every: 1m, payload: }]\n").schedules.first?.definition.payload == nil)
  }

  @Test(
    "refuses what breaks a rule, with its key and line",
    arguments: [
      ("schedules: 3\n", "schedules", 3), ("schedules: [3]\n", "schedules[0]", 3),
      ("schedules:\n  - {}\n", "schedules[0]", 4), ("schedules:\n  - zone: UTC\n", "schedules[0]", 4),
      ("schedules:\n  - every: 1m\n  - evry: 1m\n", "schedules[1].evry", 5),
      ("schedules:\n  - every: 10\n", "schedules[0].every", 4),
      ("schedules:\n  - every: 1s\n  - every: 0s\n", "schedules[1].every", 5),
      ("schedules:\n  - every: 999ms\n", "schedules[0].every", 4),
      ("schedules:\n  - every: 1m\n    cron: '* * * * *'\n", "schedules[0].cron", 5),
      ("schedules:\n  - cron: '0 0 30 2 *'\n", "schedules[0].cron", 4),
      ("schedules:\n  - cron: '* * * *'\n", "schedules[0].cron", 4),
      ("schedules:\n  - cron: '@daily'\n    zone: Europe/Berlim\n", "schedules[0].zone", 5),
      ("schedules:\n  - at: tomorrow\n", "schedules[0].at", 4),
      ("schedules:\n  - at: 2026-12-24T18:00:00\n", "schedules[0].at", 4),
      (
        "schedules:\n  - every: 1m\n    start: 2027-01-01T00:00:00Z\n    end: 2026-01-01T00:00:00Z\n",
        "schedules[0].end", 6
      ),
      ("schedules:\n  - every: 1m\n    end: now\n", "schedules[0].end", 5),
      ("schedules:\n  - every: 1m\n    jitter: 1m\n", "schedules[0].jitter", 5),
      ("schedules:\n  - every: 1m\n    align: start\n", "schedules[0].align", 5),
      ("schedules:\n  - cron: '@daily'\n    align: epoch\n", "schedules[0].align", 5),
      ("schedules:\n  - every: 1m\n    overlap: sometimes\n", "schedules[0].overlap", 5),
      ("schedules:\n  - every: 1m\n    missed: all:0\n", "schedules[0].missed", 5),
      ("schedules:\n  - every: 1m\n    tolerance: 2d\n", "schedules[0].tolerance", 5),
      ("schedules:\n  - every: 1m\n    disable_after: 0\n", "schedules[0].disable_after", 5),
      ("schedules:\n  - every: 1m\n    on_failure: Not A Name\n", "schedules[0].on_failure", 5),
      ("schedules:\n  - every: 1m\n    on_recovery: ''\n", "schedules[0].on_recovery", 5),
      ("schedules:\n  - every: 1m\n    name: Not A Name\n", "schedules[0].name", 5),
      ("schedules:\n  - every: 1m\n    zone: ~\n", "schedules[0].zone", 5),
      ("schedules:\n  - every: 1m\n    name: a\n  - every: 2m\n    name: a\n", "schedules[1].name", 7),
      ("schedules:\n  - every: 1m\n  - every: 60s\n", "schedules[1].name", 5),
      ("parameters: {required: [n]}\nschedules:\n  - every: 1m\n", "schedules[0].payload/n", 5),
      (
        "parameters: {properties: {n: {type: integer}}}\nschedules:\n  - every: 1m\n    payload:\n      m: 1\n      n: x\n",
        "schedules[0].payload/n", 8
      ),
    ] as [(String, String, Int)])
  func refused(text: String, field: String, line: Int) throws {
    let problem = try #require(throws: Problem.self) { try read(text) }
    #expect(problem.code == .invalid)
    #expect(problem.field == field)
    #expect(problem.file == "hello/hook.yaml")
    #expect(problem.line == line)
  }

  @Test("says the column, what was meant, and what to do")
  func words() throws {
    let problem = { (text: String) in try #require(throws: Problem.self) { try self.read("schedules: [\(text)]\n") } }
    #expect(try problem("{cron: '0 0 30 2 *'}").message.hasPrefix("column 5: 30 never comes"))
    #expect(try problem("{evry: 1m}").hint == "did you mean every?")
    #expect(try problem("{cron: '@daily', zone: Berlin}").hint == "did you mean Europe/Berlin?")
    #expect(try problem("{every: 1m}, {every: 60s}").hint == "give them names of their own with name")
    #expect(try problem("{every: 1m, missed: never}").rule?.contains("once") == true)
    let quotes = try #require(throws: Problem.self) { try read("schedules:\n  - cron: */5 * * * *\n") }
    #expect(quotes.line == 4 && quotes.hint == "put a text that begins with * or @ into quotes")
    let at = try #require(throws: Problem.self) { try read("schedules:\n  - cron: @daily\n") }
    #expect(at.hint == quotes.hint)
  }

  @Test("refuses too many")
  func tooMany() throws {
    let lines = (1...101).map { "  - every: \($0)m\n" }.joined()
    let problem = try #require(throws: Problem.self) { try read("schedules:\n" + lines) }
    #expect(problem.field == "schedules" && problem.rule == "at most 100")
    let most = (1...100).map { "  - {every: \($0)m, name: s\($0)}\n" }.joined()
    #expect(try read("schedules:\n" + most).schedules.count == 100)
  }

  @Test("is in UTC where there are no zones, and says which package has them")
  func withoutZones() throws {
    let admission = ScheduleAdmission { _ throws(Problem) in
      throw Problem(.unavailable, "there are no time zones in /nowhere", hint: "install the package tzdata")
    }
    let read = { (text: String) in
      try HookDefinitionReader.read(
        Array((Self.head + text).utf8), file: "f", schedules: admission, owner: "main/hello")
    }
    #expect(try read("schedules: [{cron: '@daily'}, {cron: '@hourly', zone: UTC}]\n").schedules.count == 2)
    let problem = try #require(throws: Problem.self) { try read("schedules: [{cron: '@daily', zone: Asia/Tokyo}]\n") }
    #expect(problem.code == .unavailable && problem.field == "schedules[0].zone" && problem.line == 3)
    #expect(problem.hint?.contains("tzdata") == true)
  }

  @Test("differences between versions are told by the schedule's name")
  func differences() throws {
    let old = try read("schedules: [{every: 1m, name: a}, {every: 2m, name: b}]\n")
    let new = try read("schedules: [{every: 2m, name: b}, {every: 90s, name: a}, {every: 3m, name: c}]\n")
    #expect(
      try DefinitionComparison.differences(from: old, to: new) == [
        .init(key: "schedules.a", from: ["name": "a", "every": "1m"], to: ["name": "a", "every": "90s"]),
        .init(key: "schedules.c", from: nil, to: ["name": "c", "every": "3m"]),
      ])
    #expect(try DefinitionComparison.differences(from: old, to: old).isEmpty)
  }
}
