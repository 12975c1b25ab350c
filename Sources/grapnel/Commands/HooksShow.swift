import ArgumentParser
import GrapnelClient
import Model

/// `grapnel hooks show`.
struct HooksShow: ReportingCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one hook.")

  @Argument(help: "The hook's name.")
  var hook: String

  @OptionGroup var scope: InstanceOptions
  @OptionGroup var connection: ConnectionOptions

  var isJSON: Bool { connection.json }

  func run() async throws {
    let context = CommandContext.current
    let hook = try await connection.connect(instance: scope.instance).hook(named: hook)
    context.console.print(isJSON ? JSONText.pretty(hook) : Self.text(hook, context.console, now: context.clock.now))
  }

  static func text(_ hook: HookResource, _ console: Console, now: Timestamp) -> String {
    let definition = hook.definition
    let limits = definition.limits
    var fields = FieldList()
    fields.add("name", hook.name)
    fields.add("description", definition.description)
    fields.add("address", "/\(hook.instance)/\(hook.name)")
    fields.add("access", Self.access(definition.endpoint))
    fields.add("enabled", hook.enabled ? "yes" : "no", hook.enabled ? nil : .yellow)
    fields.add("methods", definition.endpoint.methods.joined(separator: ", "))
    fields.add("rates", Self.rates(definition.endpoint.rate))
    fields.add("cors", definition.endpoint.cors.map(Self.pages))
    fields.add("runtime", definition.runtime)
    fields.add("entry", definition.entry)
    fields.add("version", "\(hook.version), \(Measure.age(hook.updatedAt, now: now))")
    fields.add("from", hook.origin == .folder ? "the server's folder of hooks" : "a deployment")
    fields.add("bundle", "\(hook.bundle.hash)")
    fields.add("layers", definition.layers?.names.joined(separator: ", "))
    if let preparation = hook.preparation {
      fields.add(
        "preparation",
        "\(preparation.state.rawValue), \(Measure.age(preparation.since, now: now))"
          + (preparation.problem.map { ": \($0)" } ?? ""), preparation.state == .failed ? .red : .yellow)
    }
    fields.add("network", definition.network.rawValue)
    fields.add("start", definition.start?.rawValue)
    fields.add(
      "limits",
      "timeout \(limits.timeout.text), memory \(limits.memory), cpu \(limits.cpu), processes \(limits.processes), "
        + "disk \(limits.disk), files \(limits.files), output \(limits.output), concurrency \(limits.concurrency), "
        + "queue \(limits.queue)")
    fields.add("retries", definition.retries.map(Self.attempts))
    fields.add("on failure", definition.onFailure)
    fields.add("schedules", definition.schedules.map(Self.schedule).joined(separator: "\n"))
    fields.add("triggers", definition.triggers.map { "\($0.name): \($0.definition.words)" }.joined(separator: "\n"))
    fields.add("env", definition.env.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n"))
    fields.add("config", definition.config == [:] ? nil : JSONText.pretty(definition.config))
    fields.add("secrets", definition.secrets.joined(separator: ", "))
    fields.add("scopes", definition.scopes.joined(separator: ", "))
    fields.add("tags", definition.tags.joined(separator: ", "))
    fields.add("parameters", definition.parameters.map { JSONText.pretty($0) })
    fields.add("id", hook.id.text)
    return fields.text(console)
  }

  private static func rates(_ rule: RateRule?) -> String {
    [rule?.perKey.map { "\($0.text) of one key" }, rule?.perAddress.map { "\($0.text) of one address" }]
      .compactMap(\.self).joined(separator: ", ")
  }

  private static func schedule(_ schedule: DeclaredSchedule) -> String {
    "\(schedule.name): \(JSONText.line(JSONValue.object(schedule.definition.members)))"
  }

  private static func pages(_ rule: CORSRule) -> String {
    "pages of \(rule.isForAll ? "every origin" : rule.origins.joined(separator: ", "))"
      + (rule.allowsCredentials ? ", with credentials" : "")
  }

  private static func attempts(_ rule: RetryRule) -> String {
    "up to \(rule.max), the first after \(rule.backoff.text), each wait \(rule.factor) times the one before, "
      + "\(rule.maximumBackoff.text) at most"
  }

  private static func access(_ endpoint: EndpointRule) -> String {
    guard let signature = endpoint.signature else { return endpoint.isPublic ? "public" : "with a key" }
    return "with a signature (\(signature.scheme.rawValue)), by \(signature.secrets.joined(separator: " or "))"
  }
}
