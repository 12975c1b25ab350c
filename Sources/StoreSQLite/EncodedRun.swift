import GRDB
import Model
import Store

/// A run with its values written out and its definition's key, which the caller's task does so that the writer need not.
struct EncodedRun: Sendable {
  private let run: Run
  private let definition: Int64
  private let failure: String?
  private let request: String?
  private let chain: String?

  init(_ run: Run, definition: Int64) {
    self.run = run
    self.definition = definition
    failure = run.failure?.stored.serialized
    request = run.request?.stored.serialized
    chain = run.cause.chain.isEmpty ? nil : JSONValue.array(run.cause.chain.map { .string($0.text) }).serialized
  }

  /// About how much it holds in memory.
  var bytes: Int { 512 + (failure?.utf8.count ?? 0) + (request?.utf8.count ?? 0) }

  /// Inserts a run that somebody has asked for, with the event that tells of it if it is a replay.
  ///
  /// - Returns: the run with its serial number.
  func insertAsked(into database: Database) throws -> Run {
    let stored = try insert(into: database)
    if let event = stored.replay { _ = try database.append(event) }
    return stored
  }

  /// Inserts the run.
  ///
  /// - Returns: the run with its serial number.
  func insert(into database: Database) throws -> Run {
    var run = run
    try database.requireUncleared(run.instance)
    run.serial = try database.nextSerial(of: "run", in: run.instance.text)
    if run.orderKey != nil, run.orderPlace == nil { run.orderPlace = run.serial }
    try write(Self.insertion, run, to: database)
    return run
  }

  /// Inserts the run under a serial number that its caller has found, in an instance that is not cleared, unless its slot
  /// has one already.
  ///
  /// - Returns: the run with that number, or `nil`.
  func insertSlot(serial: Int64, into database: Database) throws -> Run? {
    var run = run
    run.serial = serial
    return try write(Self.slotInsertion, run, to: database) == 1 ? run : nil
  }

  private static let insertion = """
    INSERT INTO runs (
      id, instance, serial, hook, hook_name, bundle, definition, cause, cause_parent, cause_endpoint, cause_schedule,
      slot, cause_trigger, cause_key, status, is_async, attempt, host, queued_at, started_at, ended_at, exit_code,
      signal, cpu_us, peak_memory, bytes_in, bytes_out, failure, request, retry_of, not_before, is_failure_report,
      cause_depth, cause_chain, order_key, order_place)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  private static let slotInsertion = """
    \(insertion) ON CONFLICT (slot, cause_schedule) WHERE slot IS NOT NULL AND retry_of IS NULL DO NOTHING
    """

  /// - Returns: how many rows were written.
  @discardableResult
  private func write(_ insertion: String, _ run: Run, to database: Database) throws -> Int {
    try database.run(
      insertion,
      [
        run.id.text, run.instance.text, run.serial, run.hook?.text, run.hookName, run.bundleHash, definition,
        run.cause.kind.rawValue, run.cause.parent?.text, run.cause.endpoint, run.cause.schedule?.text,
        run.cause.slot?.microseconds, run.cause.trigger?.text, run.cause.key?.text, run.status.rawValue,
        run.isAsynchronous,
        run.attempt, run.host?.text,
        run.queuedAt.microseconds, run.startedAt?.microseconds, run.endedAt?.microseconds, run.exitCode, run.signal,
        run.use.cpuMicroseconds, run.use.peakMemoryBytes, run.use.bytesIn, run.use.bytesOut, failure, request,
        run.retryOf?.text, run.notBefore?.microseconds, run.isFailureReport, run.cause.depth,
        chain, run.orderKey, run.orderPlace,
      ])
  }
}

extension Run {
  /// The columns that `init(_:definitions:in:)` reads, of `runs` as `r`.
  static let columns = """
    r.id, r.instance, r.serial, r.hook, r.hook_name, r.bundle, r.definition, r.cause, r.cause_parent, \
    r.cause_endpoint, r.cause_schedule, r.slot, r.cause_trigger, r.cause_key, r.status, r.is_async, r.attempt, r.host, \
    r.queued_at, r.started_at, r.ended_at, r.exit_code, r.signal, r.cpu_us, r.peak_memory, r.bytes_in, r.bytes_out, \
    r.failure, r.request, r.retry_of, r.not_before, r.is_failure_report, \
    r.cause_depth, r.cause_chain, r.order_key, r.order_place
    """

  init(_ columns: inout ColumnReader, definitions: DefinitionTable, in database: Database) throws {
    let id = try columns.id(Run.self)
    let instance = try columns.id(Instance.self)
    let serial = try columns.next(Int64.self)
    let hook = try columns.optionalID(Hook.self)
    let hookName = try columns.optional(String.self)
    let bundle = try columns.next(String.self)
    let definition = try definitions.definition(columns.next(), in: database)
    let kind = try columns.word(RunCause.Kind.self)
    let parent = try columns.optionalID(Run.self)
    let endpoint = try columns.optional(String.self)
    let schedule = try columns.optionalID(Schedule.self)
    var cause = RunCause(
      kind: kind, parent: parent, schedule: schedule, slot: try columns.optionalTime(), endpoint: endpoint,
      trigger: try columns.optionalID(), key: try columns.optionalID())
    self.init(
      id: id, instance: instance, serial: serial, hook: hook, hookName: hookName, bundleHash: bundle,
      definition: definition, cause: cause, status: try columns.word(), isAsynchronous: try columns.next(),
      attempt: try columns.next(), host: try columns.optionalID(), queuedAt: try columns.time(),
      startedAt: try columns.optionalTime(), endedAt: try columns.optionalTime(), exitCode: try columns.optional(),
      signal: try columns.optional(),
      use: ResourceUse(
        cpuMicroseconds: try columns.next(), peakMemoryBytes: try columns.next(), bytesIn: try columns.next(),
        bytesOut: try columns.next()),
      failure: try columns.optionalCoded(), request: try columns.optionalCoded(),
      retryOf: try columns.optionalID(), notBefore: try columns.optionalTime(), isFailureReport: try columns.next())
    cause.depth = try columns.next()
    cause.chain = try columns.optionalCoded() ?? []
    self.cause = cause
    orderKey = try columns.optional()
    orderPlace = try columns.optional()
  }
}
