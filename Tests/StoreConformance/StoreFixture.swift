import Model
import Store

/// A store with one instance, and makers of what cases put into it.
struct StoreFixture: Sendable {
  let store: any Store
  let instance: Instance
  let host: ID<Host>
  let start = Timestamp(microseconds: 1_700_000_000_000_000)

  init(store: any Store) async throws {
    self.store = store
    instance = try await store.instances.create(name: "main", at: start)
    host = ID(at: start)
  }

  func time(_ seconds: Int) -> Timestamp { start + .seconds(seconds) }

  func run(
    _ seconds: Int = 0, hook: Hook? = nil, in other: ID<Instance>? = nil, status: RunStatus = .queued,
    isAsynchronous: Bool = true
  ) -> Run {
    Run(
      id: ID(at: time(seconds)), instance: other ?? instance.id, hook: hook?.id, hookName: hook?.name,
      bundleHash: hook?.version.bundle.hash ?? Self.bundle("0").hash, definition: Self.definition(),
      cause: RunCause(kind: .manual), status: status, isAsynchronous: isAsynchronous, queuedAt: time(seconds))
  }

  /// A run with every field set, ended.
  func fullRun(hook: Hook) -> Run {
    Run(
      id: ID(at: start), instance: instance.id, hook: hook.id, hookName: hook.name,
      bundleHash: hook.version.bundle.hash, definition: hook.version.definition,
      cause: RunCause(
        kind: .http, parent: ID(at: start), schedule: ID(at: start), slot: start, endpoint: "endpoint",
        trigger: ID(at: start), key: ID(at: start), depth: 3, chain: [ID(at: start), ID(at: start)]),
      status: .failed, isAsynchronous: false, attempt: 2, host: host, queuedAt: time(1), startedAt: time(2),
      endedAt: time(3), exitCode: 7, signal: 9,
      use: ResourceUse(cpuMicroseconds: 1, peakMemoryBytes: 1 << 40, bytesIn: 3, bytesOut: 4),
      failure: RunFailure(
        reason: "exception", message: "it \"broke\" – ü", setting: "limits.memory", exception: "ValueError",
        traceback: "line 1\nline 2\u{1}"),
      request: RunRequest(
        method: "POST", path: "/rest", query: "a=1", contentType: "text/plain", headers: ["accept": "*/*"],
        remoteAddress: "127.0.0.1", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
      retryOf: ID(at: start), notBefore: time(4), isFailureReport: true,
      orderKey: "one", orderPlace: 7)
  }

  static let fullBodies = RunBodies(
    payload: ["name": "Ada", "list": [1, 2.5, nil, true]], input: [0, 1, 255], isInputCut: true,
    output: Array("out".utf8),
    isOutputCut: true, errorOutput: Array("err".utf8), isErrorOutputCut: true, result: .null,
    response: RunResponse(
      status: 201, headers: [HeaderField(name: "Content-Type", value: "text/plain")],
      trailers: [HeaderField(name: "Sum", value: "1")]))

  func entry(_ text: String, hook: Hook? = nil, run: ID<Run>? = nil, at seconds: Int = 0) -> LogEntry {
    LogEntry(
      instance: instance.id, hook: hook?.id, hookName: hook?.name, run: run, time: time(seconds), level: .info,
      stream: .stderr, value: .json(.string(text)))
  }

  func deploy(_ name: String = "hello", bundle: Bundle = StoreFixture.bundle("a"), at seconds: Int = 0) async throws
    -> Hook
  {
    try await store.hooks.deploy(
      instance: instance.id, name: name, bundle: bundle, definition: Self.definition(), origin: "folder",
      at: time(seconds)
    ).hook
  }

  static func bundle(_ digit: Character) -> Bundle {
    Bundle(hash: String(repeating: digit, count: 64), size: 12, fileCount: 2)
  }

  static func definition(description: String = "") -> HookDefinition {
    HookDefinition(
      runtime: "python", entry: "main.py", description: description,
      parameters: ["properties": ["name": ["type": "string"]]], env: ["A": "b"], config: ["x": [1, 2]], tags: ["demo"],
      scopes: ["hooks.run"], retries: RetryRule(max: 2, backoff: .milliseconds(1500)), onFailure: "other")
  }
}
