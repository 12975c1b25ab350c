import Content
import Model
import Store
import Testing

@Suite("Variables and secrets")
struct VariablesTests {
  private let store = MemoryVariables()
  private let sealing = MemorySealing()
  private let instance = ID<Instance>(at: Timestamp(microseconds: 1))
  private let hook = ID<Hook>(at: Timestamp(microseconds: 2))
  private let other = ID<Hook>(at: Timestamp(microseconds: 3))

  private var variables: Variables { Variables(store: store, sealing: sealing, clock: ManualWallClock()) }

  private func set(_ name: String, _ value: JSONValue, hook: ID<Hook>? = nil, kind: Variable.Kind = .env) async throws {
    _ = try await variables.set(.init(instance: instance, hook: hook, kind: kind, name: name), to: value, by: "test")
  }

  private func seal(_ name: String, _ value: String, hook: ID<Hook>? = nil) async throws {
    _ = try await variables.setSecret(.init(instance: instance, hook: hook, name: name), to: value, by: "test")
  }

  private func run(
    secrets: [String] = [], env: [String: String] = [:], config: JSONValue = [:], hook: ID<Hook>? = nil
  ) async throws -> RunVariables {
    try await variables.forRun(
      of: HookDefinition(runtime: "bash", entry: "x", env: env, config: config, secrets: secrets),
      hook: hook ?? self.hook, in: instance)
  }

  @Test("the hook's own come over hook.yaml, and that over the instance's")
  func precedence() async throws {
    for (name, value) in [("A", "instance"), ("B", "instance"), ("C", "instance")] {
      try await set(name, .string(value))
    }
    try await set("C", "hook", hook: hook)
    try await set("C", "other", hook: other)
    #expect(try await run(env: ["B": "yaml", "C": "yaml"]).environment == ["A": "instance", "B": "yaml", "C": "hook"])

    try await set("a", [1], kind: .config)
    try await set("b", ["x": 1], kind: .config)
    try await set("c", nil, hook: hook, kind: .config)
    #expect(
      try await run(config: ["b": ["y": 2], "c": 3, "d": 4]).config == ["a": [1], "b": ["y": 2], "c": nil, "d": 4])
    #expect(try await run(env: ["B": "yaml"]).secrets == [:])
  }

  @Test("a run gets the secrets that its hook names, and no others; the hook's own come first")
  func namedSecretsOnly() async throws {
    try await seal("KEY", "of the instance")
    try await seal("KEY", "of the hook", hook: hook)
    try await seal("TOKEN", "something")
    let given = try await run(secrets: ["KEY"])
    #expect(given.secrets == ["KEY": "of the hook"])
    #expect(given.environment == [:])
    #expect(
      try await run(secrets: ["KEY", "TOKEN"], hook: other).secrets == ["KEY": "of the instance", "TOKEN": "something"])
    #expect(try await run().secrets == [:])
  }

  @Test("a secret that is not set blocks, and says what to do")
  func missing() async throws {
    try await set("PLAIN", "text")
    for (name, words) in [("NONE", "the secret NONE is not set"), ("PLAIN", "PLAIN is set, but not as a secret")] {
      let refusal = await #expect(throws: UnusableSecret.self) { try await run(secrets: [name]) }
      #expect(refusal?.problem.message == words)
      #expect(refusal?.problem.code == .unavailable)
      #expect(refusal?.problem.hint?.contains("grapnel env set \(name) --secret") == true)
    }
    // A plain variable of the hook does not stand in for the instance's secret.
    try await seal("KEY", "sealed")
    try await set("KEY", "plain", hook: hook)
    let given = try await run(secrets: ["KEY"])
    #expect(given.secrets == ["KEY": "sealed"] && given.environment["KEY"] == nil)
  }

  @Test("a value that was moved to another row does not open")
  func movedRows() async throws {
    try await seal("KEY", "mine", hook: hook)
    let sealed = try #require(try await store.list(instance: instance, hook: hook).first)
    let places: [(ID<Hook>?, String)] = [(nil, "KEY"), (other, "KEY"), (hook, "OTHER")]
    for (place, name) in places {
      var moved = sealed
      (moved.hook, moved.name) = (place, name)
      try await store.set(moved, by: "thief")
      let refusal = await #expect(throws: UnusableSecret.self) { try await run(secrets: [name], hook: place ?? other) }
      #expect(refusal?.problem.message.contains("cannot be opened") == true)
      _ = try await variables.remove(.init(instance: instance, hook: place, name: name), by: "test")
    }
  }

  @Test("without the key nothing opens, and nothing new is sealed while old secrets are there")
  func lostKey() async throws {
    try await seal("KEY", "sealed")
    sealing.lose()
    let refusal = await #expect(throws: UnusableSecret.self) { try await run(secrets: ["KEY"]) }
    #expect(refusal?.problem.message == "the secret KEY cannot be opened: the key is gone")
    #expect(refusal?.problem.hint == "restore it")
    await #expect(throws: Problem.self) { try await seal("NEW", "value") }
    #expect(try await variables.remove(.init(instance: instance, name: "KEY"), by: "test"))
    try await seal("NEW", "value")
  }

  @Test("names and values keep their rules")
  func rules() async throws {
    for name in ["PATH", "LD_PRELOAD", "GRAPNEL_X", "a-b", "", "1A"] {
      await #expect(throws: Problem.self) { try await set(name, "x") }
      await #expect(throws: Problem.self) { try await seal(name, "long enough") }
    }
    for value in ["a\0b", String(repeating: "x", count: EnvironmentRule.maximumValue + 1)] {
      await #expect(throws: Problem.self) { try await set("A", .string(value)) }
      await #expect(throws: Problem.self) { try await seal("A", value) }
    }
    await #expect(throws: Problem.self) { try await set("A", 3) }
    let short = await #expect(throws: Problem.self) { try await seal("A", "abc") }
    #expect(short?.rule == "at least 4 bytes")
    await #expect(throws: Problem.self) { try await set("", 1, kind: .config) }
    await #expect(throws: Problem.self) {
      try await variables.setSecret(.init(instance: instance, kind: .config, name: "a"), to: "secret", by: "test")
    }
    try await set("any key – even this", ["x": [1]], kind: .config)
    try await set("EMPTY", "")
  }

  @Test("the secrets of one run are bounded together")
  func bounded() async throws {
    let names = (0..<5).map { "S\($0)" }
    for name in names { try await seal(name, String(repeating: "x", count: EnvironmentRule.maximumValue)) }
    #expect(try await run(secrets: Array(names.prefix(4))).secrets.count == 4)
    let problem = await #expect(throws: Problem.self) { try await run(secrets: names) }
    #expect(problem?.code == .tooLarge)
  }

  @Test("the host's own use sees the hook's secret before the instance's")
  func forTheHost() async throws {
    #expect(try await variables.secret(named: "KEY", hook: hook, in: instance) == nil)
    try await set("KEY", "plain", hook: hook)
    #expect(try await variables.secret(named: "KEY", hook: hook, in: instance) == nil)
    try await seal("KEY", "shared")
    #expect(try await variables.secret(named: "KEY", hook: hook, in: instance) == "shared")
    try await seal("KEY", "the hook's", hook: hook)
    #expect(try await variables.secret(named: "KEY", hook: hook, in: instance) == "the hook's")
  }
}
