/// What a version of a hook declares: the content of `hook.yaml`, or the defaults of a single file.
public struct HookDefinition: Hashable, Sendable, Codable {
  /// The name of a runtime, that is of a folder of `runtimes/`.
  public var runtime: String
  /// The file to start, relative to the bundle; never absolute, never leaving it.
  public var entry: String
  public var description: String
  public var endpoint: EndpointRule
  /// A JSON Schema that the payload must satisfy; `nil` takes any payload.
  public var parameters: JSONValue?
  public var limits: Limits
  public var network: NetworkAccess
  /// How its runs begin; `nil` leaves it to the runtime.
  public var start: StartMode?
  public var env: [String: String]
  public var config: JSONValue
  /// The secrets that its runs get as environment variables: these by name, and no others.
  public var secrets: [String]
  public var tags: [String]
  /// What a run may ask of its host, such as `hooks.run` (any hook of the instance) or `hooks.run:greet`.
  public var scopes: [String]
  /// How runs that nobody waits for are tried again; `nil` tries them once.
  public var retries: RetryRule?
  /// The hook of the same instance that is run when the last attempt has failed.
  public var onFailure: String?
  /// The schedules that come and go with it.
  public var schedules: [DeclaredSchedule]
  /// The triggers that come and go with it.
  public var triggers: [DeclaredTrigger]
  /// What its deployment made of the bundle; not declared, and `nil` where there was nothing to make.
  public var layers: HookLayers?

  public init(
    runtime: String, entry: String, description: String = "", endpoint: EndpointRule = EndpointRule(),
    parameters: JSONValue? = nil, limits: Limits = Limits(), network: NetworkAccess = .none, start: StartMode? = nil,
    env: [String: String] = [:], config: JSONValue = .object([:]), secrets: [String] = [], tags: [String] = [],
    scopes: [String] = [], retries: RetryRule? = nil, onFailure: String? = nil,
    schedules: [DeclaredSchedule] = [], triggers: [DeclaredTrigger] = [], layers: HookLayers? = nil
  ) {
    self.runtime = runtime
    self.entry = entry
    self.description = description
    self.endpoint = endpoint
    self.parameters = parameters
    self.limits = limits
    self.network = network
    self.start = start
    self.env = env
    self.config = config
    self.secrets = secrets
    self.tags = tags
    self.scopes = scopes
    self.retries = retries
    self.onFailure = onFailure
    self.schedules = schedules
    self.triggers = triggers
    self.layers = layers
  }

  private enum CodingKeys: String, CodingKey {
    case runtime, entry, description, endpoint, parameters, limits, network, start, env, config, secrets, tags
    case scopes
    case retries
    case onFailure = "on_failure"
    case schedules, triggers, layers
  }

  // What later versions added may be missing in what an earlier one stored: it has the default then.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      runtime: try container.decode(String.self, forKey: .runtime),
      entry: try container.decode(String.self, forKey: .entry),
      description: try container.decode(String.self, forKey: .description),
      endpoint: try container.decode(EndpointRule.self, forKey: .endpoint),
      parameters: try container.decodeIfPresent(JSONValue.self, forKey: .parameters),
      limits: try container.decode(Limits.self, forKey: .limits),
      network: try container.decode(NetworkAccess.self, forKey: .network),
      start: try container.decodeIfPresent(StartMode.self, forKey: .start),
      env: try container.decode([String: String].self, forKey: .env),
      config: try container.decode(JSONValue.self, forKey: .config),
      secrets: try container.decodeIfPresent([String].self, forKey: .secrets) ?? [],
      tags: try container.decode([String].self, forKey: .tags),
      scopes: try container.decode([String].self, forKey: .scopes),
      retries: try container.decodeIfPresent(RetryRule.self, forKey: .retries),
      onFailure: try container.decodeIfPresent(String.self, forKey: .onFailure),
      schedules: try container.decodeIfPresent([DeclaredSchedule].self, forKey: .schedules) ?? [],
      triggers: try container.decodeIfPresent([DeclaredTrigger].self, forKey: .triggers) ?? [],
      layers: try container.decodeIfPresent(HookLayers.self, forKey: .layers))
  }
}
