import GRDB
import Model
import Store

/// What the end of a run brings about, with its values written out, which the caller's task does so that the writer
/// need not.
struct EncodedAftermath: Sendable {
  typealias EncodedReport = (run: EncodedRun, bodies: EncodedBodies)

  let aftermath: RunAftermath
  private let retry: EncodedRun?
  private let report: EncodedReport?
  let recovery: EncodedReport?

  init(_ aftermath: RunAftermath, for connection: StoreConnection) async throws {
    let definitions = connection.definitions
    self.aftermath = aftermath
    if let run = aftermath.retry {
      retry = EncodedRun(run, definition: try await definitions.key(of: run.definition))
    } else {
      retry = nil
    }
    report = try await Self.encode(aftermath.report, definitions)
    recovery = try await Self.encode(aftermath.verdict?.recovery, definitions)
  }

  private static func encode(
    _ report: RunAftermath.Report?, _ definitions: DefinitionTable
  ) async throws -> EncodedReport? {
    guard let report else { return nil }
    let key = try await definitions.key(of: report.run.definition)
    return (EncodedRun(report.run, definition: key), EncodedBodies(report.bodies))
  }

  /// About how much it holds in memory.
  var bytes: Int {
    [report, recovery].reduce(retry?.bytes ?? 0) { $0 + ($1.map { $0.run.bytes + $0.bodies.bytes } ?? 0) }
  }

  /// Writes what follows the end of `id`, whose row says that end already and whose bodies are still those that it was
  /// queued with.
  func write(after id: ID<Run>, at time: Timestamp, to database: Database) throws -> RunSettlement {
    var settlement = RunSettlement(logs: [])
    if let run = aftermath.retry, let retry {
      if try hasRoom(for: run, in: database) {
        let stored = try retry.insert(into: database)
        try Self.copyInput(of: id, to: stored, in: database)
        settlement.queued.append(stored)
        return settlement
      }
      settlement.refusals.append(try refuse("run.retry_refused", run, after: id, at: time, in: database))
    }
    if let run = aftermath.report?.run, let report {
      try write(report, of: run, orRefuse: "run.on_failure_refused", after: id, at: time, to: database, &settlement)
    }
    if aftermath.isDeadLetter { try Self.addLetter(id, at: time, in: database) }
    for event in aftermath.events { _ = try database.append(event) }
    if let verdict = aftermath.verdict { try write(verdict, after: id, at: time, to: database, &settlement) }
    return settlement
  }

  /// Queues a run that tells of the end, or records an event of that kind if there is no room for it.
  func write(
    _ report: EncodedReport, of run: Run, orRefuse kind: String, after id: ID<Run>, at time: Timestamp,
    to database: Database, _ settlement: inout RunSettlement
  ) throws {
    guard try hasRoom(for: run, in: database) else {
      settlement.refusals.append(try refuse(kind, run, after: id, at: time, in: database))
      return
    }
    let stored = try report.run.insert(into: database)
    try report.bodies.insert(of: stored, into: database)
    settlement.queued.append(stored)
  }

  private func hasRoom(for run: Run, in database: Database) throws -> Bool {
    let count: Int? = try database.value(
      "SELECT COUNT(*) FROM (SELECT 1 FROM runs WHERE hook = ? AND status = 'queued' LIMIT ?)",
      [run.hook?.text, aftermath.mostQueued])
    return (count ?? 0) < aftermath.mostQueued
  }

  private func refuse(
    _ kind: String, _ run: Run, after id: ID<Run>, at time: Timestamp, in database: Database
  ) throws -> Event {
    let reason = "\(aftermath.mostQueued) runs of the hook are queued, which is the most"
    return try database.append(
      Event(
        instance: run.instance, time: time, kind: kind, subject: id.text, actor: "host",
        data: ["hook": .string(run.hookName ?? ""), "reason": .string(reason)]))
  }

  private static func copyInput(of id: ID<Run>, to other: Run, in database: Database) throws {
    try database.run(
      """
      INSERT INTO run_bodies (
        run, payload, input, is_input_cut, output, is_output_cut, error_output, is_error_output_cut)
      SELECT ?, payload, input, is_input_cut, x'', 0, x'', 0 FROM run_bodies WHERE run = ?
      """, [other.id.text, id.text])
    let bytes: Int64? = try database.value(
      "SELECT \(SQLiteRunStore.size) FROM run_bodies b WHERE b.run = ?", [other.id.text])
    try database.addUsage(of: "runs", other.instance, count: 1, bytes: bytes ?? 0)
  }

  private static func addLetter(_ id: ID<Run>, at time: Timestamp, in database: Database) throws {
    let added = try database.run(
      """
      INSERT INTO dead_letters (run, instance, hook_name, died_at, serial)
      SELECT id, instance, hook_name, ?, serial FROM runs WHERE id = ?
      """, [time.microseconds, id.text])
    guard added == 1 else { throw Problem(.internal, "a run that just ended is not there") }
    try database.recordLetter("dead_letter.added", id, actor: "host", at: time)
  }
}

extension Database {
  /// Records an event about a dead letter whose row is there.
  func recordLetter(
    _ kind: String, _ id: ID<Run>, actor: String, at time: Timestamp, data: [String: JSONValue] = [:]
  ) throws {
    let found = try rows("SELECT instance, hook_name FROM dead_letters WHERE run = ?", [id.text]) {
      (instance: try $0.id(Instance.self), hook: try $0.optional(String.self))
    }
    guard let letter = found.first else { return }
    var data = data
    if let hook = letter.hook { data["hook"] = .string(hook) }
    _ = try append(
      Event(
        instance: letter.instance, time: time, kind: kind, subject: id.text, actor: actor, data: .object(data)))
  }
}
