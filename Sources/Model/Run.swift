/// One execution of a bundle and its trace, without the bodies (see `RunBodies`).
public struct Run: Hashable, Sendable {
  public var id: ID<Run>
  public var instance: ID<Instance>
  /// Counts the runs of its instance from 1.
  public var serial: Int64
  /// Empty for code that was run without being saved.
  public var hook: ID<Hook>?
  /// The name that the hook had when the run was made.
  public var hookName: String?
  public var bundleHash: String
  public var definition: HookDefinition
  public var cause: RunCause
  public var status: RunStatus
  /// Whether it was asked for without waiting: stored before its caller was answered 202, and so owed. While it is
  /// queued it outlives a restart. One whose caller got 202 at the deadline is none: it runs, and a crash loses it.
  public var isAsynchronous: Bool
  /// Counts the starts, those of earlier attempts included, from 0 while the first attempt waits.
  public var attempt: Int
  /// The host that claimed it.
  public var host: ID<Host>?
  public var queuedAt: Timestamp
  public var startedAt: Timestamp?
  public var endedAt: Timestamp?
  public var exitCode: Int?
  /// The number of the signal that ended it.
  public var signal: Int?
  public var use: ResourceUse
  public var failure: RunFailure?
  public var request: RunRequest?
  /// The first attempt, for those that come after one that failed.
  public var retryOf: ID<Run>?
  /// When it may start; `nil` for at once.
  public var notBefore: Timestamp?
  /// Whether it tells a hook, as its `on_failure`, of a run that failed: what becomes of it is told to none.
  public var isFailureReport: Bool
  /// Runs of one key start one after another: each only when all before it have ended for good, attempts that follow a
  /// failure included. `nil` for a run that waits for no other.
  public var orderKey: String?
  /// Its place among the runs of its key: that of the first attempt, which is its serial number; given with that.
  public var orderPlace: Int64?

  public init(
    id: ID<Run>, instance: ID<Instance>, serial: Int64 = 0, hook: ID<Hook>?, hookName: String?, bundleHash: String,
    definition: HookDefinition, cause: RunCause, status: RunStatus = .queued, isAsynchronous: Bool = false,
    attempt: Int = 0, host: ID<Host>? = nil, queuedAt: Timestamp, startedAt: Timestamp? = nil,
    endedAt: Timestamp? = nil, exitCode: Int? = nil, signal: Int? = nil, use: ResourceUse = ResourceUse(),
    failure: RunFailure? = nil, request: RunRequest? = nil, retryOf: ID<Run>? = nil,
    notBefore: Timestamp? = nil, isFailureReport: Bool = false, orderKey: String? = nil, orderPlace: Int64? = nil
  ) {
    self.id = id
    self.instance = instance
    self.serial = serial
    self.hook = hook
    self.hookName = hookName
    self.bundleHash = bundleHash
    self.definition = definition
    self.cause = cause
    self.status = status
    self.isAsynchronous = isAsynchronous
    self.attempt = attempt
    self.host = host
    self.queuedAt = queuedAt
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.exitCode = exitCode
    self.signal = signal
    self.use = use
    self.failure = failure
    self.request = request
    self.retryOf = retryOf
    self.notBefore = notBefore
    self.isFailureReport = isFailureReport
    self.orderKey = orderKey
    self.orderPlace = orderPlace
  }

  /// The cause of what it does in its turn: changes of data and events.
  public var consequence: RunCause {
    RunCause(kind: .hook, parent: id, depth: cause.depth + 1, chain: cause.chain)
  }
}
