/// A run and its trace as the management API shows them. Lists leave `bodies` out.
public struct TraceResource: Hashable, Sendable, Codable {
  public struct Bodies: Hashable, Sendable, Codable {
    public var payload: JSONValue?
    public var input: CapturedBytes
    public var output: CapturedBytes
    public var errorOutput: CapturedBytes
    public var result: JSONValue?
    public var response: RunResponse?

    public init(_ bodies: RunBodies) {
      payload = bodies.payload
      input = CapturedBytes(bodies.input, isCut: bodies.isInputCut)
      output = CapturedBytes(bodies.output, isCut: bodies.isOutputCut)
      errorOutput = CapturedBytes(bodies.errorOutput, isCut: bodies.isErrorOutputCut)
      result = bodies.result
      response = bodies.response
    }

    private enum CodingKeys: String, CodingKey {
      case payload, input, output, result, response
      case errorOutput = "error_output"
    }
  }

  /// One of several attempts, in short.
  public struct Attempt: Hashable, Sendable, Codable {
    public var id: ID<Run>
    public var attempt: Int
    public var status: RunStatus
    public var notBefore: Timestamp?
    public var endedAt: Timestamp?

    public init(_ run: Run) {
      id = run.id
      // A run counts its own start only when it starts.
      attempt = run.startedAt == nil ? run.attempt + 1 : run.attempt
      status = run.status
      notBefore = run.notBefore
      endedAt = run.endedAt
    }

    private enum CodingKeys: String, CodingKey {
      case id, attempt, status
      case notBefore = "not_before"
      case endedAt = "ended_at"
    }
  }

  public var id: ID<Run>
  public var instance: String
  public var serial: Int64
  public var hook: String?
  public var hookID: ID<Hook>?
  public var runtime: String
  public var bundle: String
  public var status: RunStatus
  public var cause: RunCause
  public var async: Bool
  public var attempt: Int
  public var queuedAt: Timestamp
  public var startedAt: Timestamp?
  public var endedAt: Timestamp?
  /// From start to end in milliseconds.
  public var durationMilliseconds: Double?
  public var exitCode: Int?
  public var signal: Int?
  public var cpuMilliseconds: Double
  public var peakMemoryBytes: Int64
  public var bytesIn: Int64
  public var bytesOut: Int64
  public var failure: RunFailure?
  public var request: RunRequest?
  /// The first attempt, for the ones after it.
  public var retryOf: ID<Run>?
  public var notBefore: Timestamp?
  /// All attempts in order, where there are several; only where one trace is shown.
  public var attempts: [Attempt]?
  public var bodies: Bodies?

  /// - Parameter attempts: all attempts that the run is one of, the first one first.
  public init(_ run: Run, instance: String, bodies: RunBodies? = nil, attempts: [Run] = []) {
    id = run.id
    self.instance = instance
    serial = run.serial
    hook = run.hookName
    hookID = run.hook
    runtime = run.definition.runtime
    bundle = run.bundleHash
    status = run.status
    cause = run.cause
    async = run.isAsynchronous
    attempt = run.attempt
    queuedAt = run.queuedAt
    startedAt = run.startedAt
    endedAt = run.endedAt
    if let start = run.startedAt, let end = run.endedAt {
      durationMilliseconds = Double((end - start).wholeMicroseconds) / 1000
    }
    exitCode = run.exitCode
    signal = run.signal
    cpuMilliseconds = Double(run.use.cpuMicroseconds) / 1000
    peakMemoryBytes = run.use.peakMemoryBytes
    bytesIn = run.use.bytesIn
    bytesOut = run.use.bytesOut
    failure = run.failure
    request = run.request
    retryOf = run.retryOf
    notBefore = run.notBefore
    if attempts.count > 1 { self.attempts = attempts.map(Attempt.init) }
    self.bodies = bodies.map(Bodies.init)
  }

  private enum CodingKeys: String, CodingKey {
    case id, instance, serial, hook, runtime, bundle, status, cause, async, attempt, signal, failure, request, attempts,
      bodies
    case hookID = "hook_id"
    case retryOf = "retry_of"
    case notBefore = "not_before"
    case queuedAt = "queued_at"
    case startedAt = "started_at"
    case endedAt = "ended_at"
    case durationMilliseconds = "duration_ms"
    case exitCode = "exit_code"
    case cpuMilliseconds = "cpu_ms"
    case peakMemoryBytes = "peak_memory_bytes"
    case bytesIn = "bytes_in"
    case bytesOut = "bytes_out"
  }
}
