import Model
import Testing

/// Random changes and definitions, held against the rules as sentences.
@Suite struct TriggerMatchingTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let values: [JSONValue] = [
    nil, true, false, 0, 1, 1.0, 1.5, -3, "", "a", "b", "ü", [], [1], [1.0], [:], ["x": 1], ["x": 1.0],
  ]
  private static let names = ["p", "q", "r.s"]

  private static func record(_ generator: inout Generator) -> JSONValue? {
    guard Int.random(in: 0..<5, using: &generator) > 0 else { return nil }
    var members: [String: JSONValue] = [:]
    for name in names where Bool.random(using: &generator) {
      let value = values.randomElement(using: &generator) ?? nil
      if name == "r.s", Bool.random(using: &generator) {
        members["r"] = ["s": value]
      } else {
        members[name] = value
      }
    }
    return .object(members)
  }

  private static func test(_ generator: inout Generator) -> FieldTest {
    var test = FieldTest()
    let value = { (generator: inout Generator) in values.randomElement(using: &generator) ?? nil }
    let bounds: [JSONValue] = [0, 1, 1.5, "a", "b"]
    if Int.random(in: 0..<4, using: &generator) == 0 { test.equals = value(&generator) }
    if Int.random(in: 0..<4, using: &generator) == 0 { test.minimum = bounds.randomElement(using: &generator) }
    if Int.random(in: 0..<4, using: &generator) == 0 { test.maximum = bounds.randomElement(using: &generator) }
    if Int.random(in: 0..<4, using: &generator) == 0 { test.oneOf = [value(&generator), value(&generator)] }
    if Int.random(in: 0..<4, using: &generator) == 0 { test.exists = Bool.random(using: &generator) }
    if Int.random(in: 0..<4, using: &generator) == 0 { test.changed = Bool.random(using: &generator) }
    return test
  }

  // The rules again, in another way: by a canonical text in which 1 and 1.0 are one.
  private func canon(_ value: JSONValue) -> String {
    switch value {
    case .int(let number): "n\(Double(number))"
    case .double(let number): "n\(number)"
    case .string(let text): "s\(text.unicodeScalars.map { String($0.value) }.joined(separator: ","))"
    case .array(let elements): "[" + elements.map(canon).joined(separator: ";") + "]"
    case .object(let members):
      "{" + members.sorted { $0.key < $1.key }.map { "\($0.key)=\(canon($0.value))" }.joined() + "}"
    case .bool(let flag): "b\(flag)"
    case .null: "null"
    }
  }

  private func find(_ name: String, _ record: JSONValue?) -> String? {
    guard case .object(let members)? = record else { return nil }
    if let value = members[name] { return canon(value) }
    if name == "r.s", case .object(let inner)? = members["r"], let value = inner["s"] { return canon(value) }
    return nil
  }

  private func holds(_ test: FieldTest, _ value: String?, _ other: String?) -> Bool {
    var verdicts: [Bool] = []
    if let exists = test.exists { verdicts.append((value == nil) != exists) }
    if let changed = test.changed { verdicts.append((value != other) == changed) }
    if let equals = test.equals { verdicts.append(value == canon(equals)) }
    if let list = test.oneOf { verdicts.append(list.map(canon).contains { $0 == value }) }
    let compare = { (bound: JSONValue, isMinimum: Bool) -> Bool in
      guard let value, let first = value.first, first == self.canon(bound).first else { return false }
      if first == "n" {
        guard let left = Double(value.dropFirst()), let right = bound.doubleValue else { return false }
        return isMinimum ? left >= right : left <= right
      }
      guard first == "s" else { return false }
      let left = value.dropFirst().split(separator: ",").compactMap { Int($0) }
      let right = self.canon(bound).dropFirst().split(separator: ",").compactMap { Int($0) }
      return isMinimum ? !left.lexicographicallyPrecedes(right) : !right.lexicographicallyPrecedes(left)
    }
    if let minimum = test.minimum { verdicts.append(compare(minimum, true)) }
    if let maximum = test.maximum { verdicts.append(compare(maximum, false)) }
    return !verdicts.contains(false)
  }

  @Test func randomChanges() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = Generator(state: seed)
    var fired = 0
    for _ in 0..<20_000 {
      let (old, new) = (Self.record(&generator), Self.record(&generator))
      let signal: ChangeSignal = old == nil ? .create : new == nil ? .delete : .update
      var definition = TriggerDefinition(source: .recordClass("c"))
      definition.signals = Set(ChangeSignal.allCases.filter { _ in Int.random(in: 0..<5, using: &generator) > 0 })
      definition.fields = Self.names.filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
      for name in Self.names where Int.random(in: 0..<3, using: &generator) == 0 {
        definition.condition.new[name] = Self.test(&generator)
      }
      for name in Self.names where Int.random(in: 0..<5, using: &generator) == 0 {
        definition.condition.old[name] = Self.test(&generator)
      }
      let expected =
        definition.signals.contains(signal)
        && (definition.fields.isEmpty || definition.fields.contains { find($0, old) != find($0, new) })
        && definition.condition.new.allSatisfy { holds($0.value, find($0.key, new), find($0.key, old)) }
        && definition.condition.old.allSatisfy { holds($0.value, find($0.key, old), find($0.key, new)) }
      let found = definition.admits(signal, old: old, new: new)
      #expect(
        found == expected, "seed \(seed): \(definition) of \(String(describing: old)), \(String(describing: new))")
      fired += found ? 1 : 0
      // What is written is read again as the same.
      guard !definition.signals.isEmpty else { continue }
      let tests = Array(definition.condition.new.values) + Array(definition.condition.old.values)
      guard !tests.contains(FieldTest()) else { continue }
      #expect(try TriggerDefinition(definition.members) == definition)
    }
    #expect(fired > 1000, "something fires")
  }

  @Test func groupsFireForTheirMembers() {
    let definition = TriggerDefinition(source: .group("g"))
    let group = { (members: [JSONValue], title: String) -> JSONValue in
      ["members": .array(members), "title": .string(title)]
    }
    #expect(definition.admits(.create, old: nil, new: group([], "a")))
    #expect(definition.admits(.update, old: group(["x"], "a"), new: group(["x", "y"], "a")))
    #expect(!definition.admits(.update, old: group(["x"], "a"), new: group(["x"], "b")))
    var titled = definition
    titled.fields = ["title"]
    #expect(titled.admits(.update, old: group(["x"], "a"), new: group(["x"], "b")))
  }

  @Test func sourcesCover() {
    #expect(TriggerSource.recordClass("*").covers(.recordClass, "any"))
    #expect(TriggerSource.recordClass("a").covers(.recordClass, "a"))
    #expect(!TriggerSource.recordClass("a").covers(.recordClass, "b"))
    #expect(!TriggerSource.recordClass("a").covers(.group, "a"))
    #expect(TriggerSource.event("report.*").covers(.event, "report.finished"))
    #expect(TriggerSource.event("report.*").covers(.event, "report.a.b"))
    #expect(!TriggerSource.event("report.*").covers(.event, "report"))
    #expect(!TriggerSource.event("report.*").covers(.event, "reports.finished"))
    #expect(!TriggerSource.event("report").covers(.event, "report.finished"))
  }

  @Test(arguments: ["report", "report.finished", "a.b-c_d.3", String(repeating: "a", count: 63) + ".b"])
  func kindsThatCanBe(_ kind: String) throws {
    try EventKind.validate(kind, field: "kind")
  }

  @Test(arguments: ["", ".", "a.", ".a", "a..b", "A.b", "a b", "hook.deployed", "trigger", "run.x", "ü.x", "a.*"])
  func kindsThatCannotBe(_ kind: String) {
    #expect(throws: Problem.self) { try EventKind.validate(kind, field: "kind") }
  }

  @Test func loopsAreStopped() {
    let time = Timestamp(microseconds: 1_700_000_000_000_000)
    let trigger = Trigger(
      id: ID(at: time), instance: ID(at: time), hook: ID(at: time), hookName: "h", name: "n",
      definition: TriggerDefinition(source: .event("x")), createdAt: time, updatedAt: time)
    let others = (0..<9).map { _ in ID<Trigger>(at: time) }
    let objection = { (depth: Int, chain: [ID<Trigger>]) in
      trigger.objection(to: RunCause(kind: .hook, depth: depth, chain: chain)) != nil
    }
    #expect(trigger.objection(to: nil) == nil)
    #expect(!objection(8, Array(others.prefix(8))))
    #expect(objection(9, others))
    #expect(!objection(3, [trigger.id, others[0], others[1]]))
    #expect(objection(3, [trigger.id, others[0], trigger.id]))
  }
}
