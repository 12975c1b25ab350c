public import Model
import Schema
import Yams

/// Reads `hook.yaml`: every key is known, every value within its bounds, or the error says file, line and rule.
///
/// Durations are written `30s`, sizes `256MiB`. The bounds:
/// - `limits.timeout` 1ms to 24h, `memory` 4MiB to 1TiB, `cpu` 0.01 to 64, `processes` 1 to 4096, `disk` 64KiB to 64GiB,
///   `files` 16 to 1,000,000, `output` 1KiB to 64GiB, `concurrency` 1 to 1024, `queue` 0 to 100,000;
/// - `endpoint.deadline` 1ms to the timeout; without one it is 30s or the timeout, whichever is less;
/// - `retries.max` 0 to 25, `backoff` 1ms to 24h, `factor` 1 to 10, `max_backoff` from `backoff` to 7d, `jitter` 0 to 1;
/// - the file itself 64 KiB, 64 levels, 16 aliases; `description` 1000 characters; 32 `tags`; 64 `scopes`; 256
///   variables in `env`, 64 `secrets`, 100 `schedules`, 100 `triggers`.
public enum HookDefinitionReader {
  /// - Parameters:
  ///   - file: the name for error messages, relative to what the user named.
  ///   - schedules: decides about the hook's schedules.
  ///   - owner: whose they are: `INSTANCE/HOOK`.
  /// - Throws: `Problem` with code `invalid` or `tooLarge`, with `file`, `line`, and in `field` the dotted key;
  ///   `unavailable` for a time zone on a host that has none.
  public static func read(
    _ yaml: [UInt8], file: String, schedules: ScheduleAdmission = .withoutZones, owner: String = "main/hook"
  ) throws -> HookDefinition {
    try readWithLines(yaml, file: file, schedules: schedules, owner: owner).definition
  }

  /// Reads a definition, and the lines of its keys by their dotted names.
  static func readWithLines(
    _ yaml: [UInt8], file: String, schedules: ScheduleAdmission, owner: String
  ) throws -> (definition: HookDefinition, lines: [String: Int]) {
    let document = try YAMLDocument(yaml, file: file)
    let top = try YAMLSection(
      document.root, of: document,
      known: [
        "runtime", "entry", "description", "endpoint", "parameters", "limits", "network", "start", "env",
        "config", "secrets", "tags", "scopes", "retries", "on_failure", "schedules", "triggers",
      ])
    guard let runtime = try top.text("runtime", length: 1...63) else {
      throw top.problem("runtime", "runtime is missing")
    }
    if let rule = nameRule(runtime) { throw top.problem("runtime", "no runtime has such a name", rule: rule) }
    guard let entry = try top.text("entry", length: 1...1024) else { throw top.problem("entry", "entry is missing") }
    if let rule = BundlePath.objection(to: entry) {
      throw top.problem("entry", "entry must name a file of the hook's folder", rule: rule)
    }
    let (limits, limitLines) = try readLimits(top.node("limits"), of: document)
    let (endpoint, endpointLines) = try readEndpoint(top.node("endpoint"), of: document, timeout: limits.timeout)
    let environment = try readEnvironment(top.node("env"), of: document)
    let parameters = try readParameters(top, of: document)
    let definition = HookDefinition(
      runtime: runtime, entry: entry, description: try top.text("description", length: 0...1000) ?? "",
      endpoint: endpoint, parameters: parameters, limits: limits,
      network: try readNetwork(top), start: try readStart(top), env: environment, config: try readConfig(top),
      secrets: try readSecrets(top, of: document, environment: environment),
      tags: try top.texts("tags", atMost: 32) { tag in
        (1...63).contains(tag.unicodeScalars.count)
          && tag.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
          ? nil : "1 to 63 characters without control characters"
      } ?? [], scopes: try top.texts("scopes", atMost: 64, scopeRule) ?? [],
      retries: try readRetries(top.node("retries"), of: document), onFailure: try readOnFailure(top),
      schedules: try readSchedules(
        top, of: document, ScheduleReading(admission: schedules, owner: owner, parameters: parameters)),
      triggers: try readTriggers(top, of: document, instance: String(owner.prefix { $0 != "/" })))
    let lines = top.linesByField.merging(limitLines) { first, _ in first }
      .merging(endpointLines) { first, _ in first }
    return (definition, lines)
  }

  private static func readLimits(_ node: Node?, of document: YAMLDocument) throws -> (Limits, [String: Int]) {
    let section = try YAMLSection(
      node, of: document, path: "limits",
      known: ["timeout", "memory", "cpu", "processes", "disk", "files", "output", "concurrency", "queue"])
    var limits = Limits()
    limits.timeout = try section.duration("timeout", in: .milliseconds(1)...(.seconds(86_400))) ?? limits.timeout
    limits.memory = try section.size("memory", in: .mebibytes(4)...(.gibibytes(1024))) ?? limits.memory
    limits.cpu = try section.number("cpu", in: 0.01...64) ?? limits.cpu
    limits.processes = try section.count("processes", in: 1...4096) ?? limits.processes
    limits.disk = try section.size("disk", in: .kibibytes(64)...(.gibibytes(64))) ?? limits.disk
    limits.files = try section.count("files", in: 16...1_000_000) ?? limits.files
    limits.output = try section.size("output", in: .kibibytes(1)...(.gibibytes(64))) ?? limits.output
    limits.concurrency = try section.count("concurrency", in: 1...1024) ?? limits.concurrency
    limits.queue = try section.count("queue", in: 0...100_000) ?? limits.queue
    return (limits, section.linesByField)
  }

  private static func readEndpoint(
    _ node: Node?, of document: YAMLDocument, timeout: Duration
  ) throws -> (EndpointRule, [String: Int]) {
    let section = try YAMLSection(
      node, of: document, path: "endpoint",
      known: ["public", "signature", "methods", "stream", "deadline", "rate", "cors"])
    var rule = EndpointRule()
    rule.isPublic = try section.flag("public") ?? rule.isPublic
    let (signature, signatureLines) = try readSignature(section.node("signature"), of: document)
    guard signature == nil || !rule.isPublic else {
      throw section.problem(
        "public", "endpoint.public and endpoint.signature exclude each other",
        hint: "with endpoint.signature nobody needs a key; leave endpoint.public out")
    }
    rule.signature = signature
    rule.streams = try section.flag("stream") ?? rule.streams
    if let methods = try section.texts("methods", atMost: 16, methodRule) {
      guard !methods.isEmpty else {
        throw section.problem("methods", "endpoint.methods is empty", hint: "leave it out to answer every method")
      }
      rule.methods = methods
    }
    // Beyond the timeout a deadline would never come: that is a slip worth an error. The default just follows.
    if let deadline = try section.duration("deadline", in: .milliseconds(1)...(.seconds(86_400))) {
      guard deadline <= timeout else {
        throw section.problem(
          "deadline", "endpoint.deadline is longer than the run may take",
          rule: "at most limits.timeout, \(timeout.text)")
      }
      rule.deadline = deadline
    } else {
      rule.deadline = min(rule.deadline, timeout)
    }
    let (rate, rateLines) = try readRate(section.node("rate"), of: document)
    let (cors, corsLines) = try readCORS(section.node("cors"), of: document)
    (rule.rate, rule.cors) = (rate, cors)
    let lines = section.linesByField.merging(signatureLines) { first, _ in first }
    return (rule, lines.merging(rateLines) { $1 }.merging(corsLines) { $1 })
  }

  private static func readParameters(_ top: YAMLSection, of document: YAMLDocument) throws -> JSONValue? {
    guard let value = try top.json("parameters"), let node = top.node("parameters") else { return nil }
    do {
      _ = try JSONSchema(value)
    } catch {
      let pointer = error.field ?? ""
      var problem = error
      problem.field = "parameters" + pointer
      problem.file = document.file
      problem.line = pointer.isEmpty ? top.linesByField["parameters"] : document.line(of: pointer, in: node)
      throw problem
    }
    return value
  }

  private static func readNetwork(_ top: YAMLSection) throws -> NetworkAccess {
    guard let text = try top.text("network", length: 0...63) else { return .none }
    guard let network = NetworkAccess(rawValue: text) else {
      let words = NetworkAccess.allCases.map(\.rawValue)
      throw top.problem(
        "network", "network cannot be \(text)", rule: "one of \(words.joined(separator: ", "))",
        hint: text.nearest(among: words).map { "did you mean \($0)?" })
    }
    return network
  }

  private static func readStart(_ top: YAMLSection) throws -> StartMode? {
    guard let text = try top.text("start", length: 0...63) else { return nil }
    if let mode = StartMode(rawValue: text) { return mode }
    let words = StartMode.allCases.map(\.rawValue)
    let isReuse = text == "reuse"
    throw top.problem(
      "start", isReuse ? "start: reuse is not supported by this version yet" : "start cannot be \(text)",
      rule: "one of \(words.joined(separator: ", "))",
      hint: isReuse ? "every run has a process of its own" : text.nearest(among: words).map { "did you mean \($0)?" })
  }

  private static func readEnvironment(_ node: Node?, of document: YAMLDocument) throws -> [String: String] {
    guard let node else { return [:] }
    guard case .mapping(let mapping) = node else {
      throw Problem(
        .invalid, "env must be a mapping of names to texts", field: "env", file: document.file, line: node.line)
    }
    var environment: [String: String] = [:]
    for (key, value) in mapping {
      let name = try document.key(key)
      let problem = { (message: String, rule: String?) in
        Problem(.invalid, message, field: "env.\(name)", rule: rule, file: document.file, line: key.line)
      }
      if let rule = EnvironmentRule.objection(to: name) {
        throw problem("the variable \(name) cannot be set by a hook", rule)
      }
      // The text as it was written: `3` and `true` stay those characters.
      guard case .scalar(let scalar) = value, try document.json(value) != .null else {
        throw problem("env.\(name) must be a text", nil)
      }
      guard scalar.string.utf8.count <= EnvironmentRule.maximumValue, !scalar.string.utf8.contains(0) else {
        throw problem("the value cannot be used", "at most \(EnvironmentRule.maximumValue) bytes, none of them NUL")
      }
      environment[name] = scalar.string
      guard environment.count <= 256 else { throw problem("env has too many variables", "at most 256") }
    }
    return environment
  }

  private static func readConfig(_ top: YAMLSection) throws -> JSONValue {
    guard let value = try top.json("config") else { return .object([:]) }
    guard case .object = value else { throw top.problem("config", "config must be a mapping of keys to values") }
    // A short file can say much by aliases.
    guard value.serializedBytes.count <= EnvironmentRule.maximumConfig else {
      throw top.problem(
        "config", "config is too long", rule: "at most \(EnvironmentRule.maximumConfig) bytes as JSON",
        hint: "put large data into files of the hook")
    }
    return value
  }

  private static func readRetries(_ node: Node?, of document: YAMLDocument) throws -> RetryRule? {
    guard let node else { return nil }
    let section = try YAMLSection(
      node, of: document, path: "retries", known: ["max", "backoff", "factor", "max_backoff", "jitter"])
    let day = Duration.seconds(86_400)
    var rule = RetryRule()
    rule.max = try section.count("max", in: 0...RetryRule.mostRetries) ?? rule.max
    rule.backoff = try section.duration("backoff", in: .milliseconds(1)...day) ?? rule.backoff
    rule.factor = try section.number("factor", in: 1...10) ?? rule.factor
    rule.jitter = try section.number("jitter", in: 0...1) ?? rule.jitter
    if let most = try section.duration("max_backoff", in: .milliseconds(1)...(.seconds(7 * 86_400))) {
      guard most >= rule.backoff else {
        throw section.problem(
          "max_backoff", "retries.max_backoff is shorter than the first wait",
          rule: "at least retries.backoff, \(rule.backoff.text)")
      }
      rule.maximumBackoff = most
    } else {
      rule.maximumBackoff = max(rule.maximumBackoff, rule.backoff)
    }
    return rule
  }

  private static func readOnFailure(_ top: YAMLSection) throws -> String? {
    guard let name = try top.text("on_failure", length: 1...63) else { return nil }
    if let rule = nameRule(name) { throw top.problem("on_failure", "no hook has such a name", rule: rule) }
    return name
  }

  static func nameRule(_ name: String) -> String? {
    do {
      try Name.validate(name, field: "name")
      return nil
    } catch {
      return (error as? Problem)?.rule
    }
  }

  static func methodRule(_ method: String) -> String? {
    let isUpperCase = method.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    return isUpperCase && (1...20).contains(method.utf8.count) ? nil : "a method in capital letters, such as POST"
  }

  private static func scopeRule(_ scope: String) -> String? {
    let parts = scope.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = parts.count == 2 ? parts[1] : nil
    let isKnown =
      switch parts[0] {
      case "hooks.run": name.map { nameRule($0) == nil } ?? true
      case "events.emit": name.map { (try? EventKind.validatePattern($0, field: "scopes")) != nil } ?? true
      case "records.read", "records.write": name.map(isClassName) ?? true
      default: false
      }
    guard !isKnown else { return nil }
    return "hooks.run, events.emit, records.read or records.write, alone or with :NAME of a hook, :KIND of a custom "
      + "event (or :PREFIX.*), :CLASS of records"
  }

  /// Classes may have names that hooks could not have.
  private static func isClassName(_ name: String) -> Bool {
    let isWord = { (byte: UInt8) in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard let first = name.utf8.first, isWord(first), name.utf8.count <= 255 else { return false }
    return name.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  }
}
