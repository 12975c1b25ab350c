import GRDB
import Model
import Store

/// Writes claims of slots, all in one transaction, and finds what several of them need only once.
struct SlotWriter {
  private let time: Timestamp
  private let queued: QueuedRuns
  private let database: Database
  /// The last serial number of a run, of each instance that was needed, and what the runs that were written take.
  private var serials: [ID<Instance>: Int64] = [:]
  private var usage: [ID<Instance>: (count: Int64, bytes: Int64)] = [:]
  /// The versions that hooks have; `nil` of those that cannot be run.
  private var versions: [ID<Hook>: Int64?] = [:]
  /// What was counted, to be remembered when the transaction is on the disk.
  private(set) var counts: [ID<Hook>: QueuedRuns.Count] = [:]
  /// Hooks of which at least so many runs are queued: no other comes to be started meanwhile.
  private var full: [ID<Hook>: Int] = [:]

  init(at time: Timestamp, queued: QueuedRuns, in database: Database) {
    self.time = time
    self.queued = queued
    self.database = database
  }

  /// Writes a claim, unless its schedule is another one by now. `finish` is to be called after the last one.
  mutating func write(_ encoded: EncodedClaim) throws -> SlotClaimResult {
    let claim = encoded.claim
    guard try claim.version.map({ try isActive($0) }) ?? true,
      var progress = try read(claim.schedule), progress.revision == claim.revision
    else { return .stale }
    if claim.takesWaiting { progress.waiting = nil }
    if claim.overlap != .allow, claim.slots.contains(where: { !$0.ignoresOverlap }) {
      progress.unended = try unended(claim)
      if claim.isAhead, !progress.unended.isEmpty { return .tooEarly }
    }
    for event in claim.events { _ = try database.append(event) }
    var outcomes: [SlotClaimResult.Outcome] = []
    for (slot, row) in zip(claim.slots, encoded.runs) {
      outcomes.append(try decide(slot, row, of: claim, &progress))
    }
    try write(progress, of: claim)
    return .written(outcomes: outcomes, cancels: progress.cancels, revision: progress.revision + 1)
  }

  /// Writes what was counted meanwhile.
  func finish() throws {
    for (instance, last) in serials {
      try database.run(
        """
        INSERT INTO serials (scope, kind, last) VALUES (?, 'run', ?)
        ON CONFLICT (scope, kind) DO UPDATE SET last = excluded.last
        """, [instance.text, last])
    }
    for (instance, runs) in usage {
      try database.addUsage(of: "runs", instance, count: runs.count, bytes: runs.bytes)
    }
  }

  /// Whether runs of this version of a hook may be queued.
  private mutating func isActive(_ version: SlotClaim.Version) throws -> Bool {
    if let known = versions[version.hook] { return known == version.number }
    let number: Int64? = try database.value(
      """
      SELECT h.active_number FROM hooks h JOIN instances i ON i.id = h.instance
      WHERE h.id = ? AND h.is_enabled = 1 AND h.removed_at IS NULL AND i.removed_at IS NULL
      """, [version.hook.text])
    versions[version.hook] = .some(number)
    return number == version.number
  }

  // MARK: - Slots

  private mutating func decide(
    _ slot: SlotClaim.Slot, _ row: (run: EncodedRun, bodies: EncodedBodies), of claim: SlotClaim,
    _ progress: inout Progress
  ) throws -> SlotClaimResult.Outcome {
    let isHeld = !slot.ignoresOverlap && !progress.unended.isEmpty
    if isHeld, claim.overlap == .skip || claim.overlap == .queue {
      guard try !hasRun(slot, of: claim.schedule) else { return .taken }
      guard claim.overlap == .queue, progress.waiting == nil else {
        progress.skipped += 1
        return .skipped
      }
      progress.waiting = slot.moment
      return .waiting
    }
    if try slot.run.status == .queued && !hasRoom(for: slot.run, most: claim.mostQueued) {
      progress.skipped += 1
      if !progress.isRefused { try recordRefusal(slot, of: claim) }
      progress.isRefused = true
      return .refused
    }
    guard let stored = try insert(row, of: slot.run.instance) else { return .taken }
    progress.note(stored, at: slot.moment)
    if isHeld { progress.cancels += progress.unended.filter { !progress.cancels.contains($0) } }
    if !stored.status.isFinal, claim.overlap != .allow { progress.unended.append(stored.id) }
    return .stored(stored)
  }

  private mutating func insert(
    _ row: (run: EncodedRun, bodies: EncodedBodies), of instance: ID<Instance>
  ) throws -> Run? {
    let last = try lastSerial(of: instance)
    guard let stored = try row.run.insertSlot(serial: last + 1, into: database) else { return nil }
    serials[instance] = last + 1
    try row.bodies.insertUncounted(of: stored.id, into: database)
    let known = usage[instance] ?? (count: 0, bytes: 0)
    usage[instance] = (known.count + 1, known.bytes + row.bodies.usage)
    return stored
  }

  private mutating func lastSerial(of instance: ID<Instance>) throws -> Int64 {
    if let known = serials[instance] { return known }
    try database.requireUncleared(instance)
    let last: Int64 =
      try database.value("SELECT last FROM serials WHERE scope = ? AND kind = 'run'", [instance.text]) ?? 0
    serials[instance] = last
    return last
  }

  private mutating func hasRoom(for run: Run, most: Int) throws -> Bool {
    guard let hook = run.hook else { return true }
    if let fullAt = full[hook], most <= fullAt { return false }
    let last = try lastSerial(of: run.instance)
    if let known = counts[hook] ?? queued[hook], known.most(at: last) < most { return true }
    let count: Int =
      try database.value(
        "SELECT COUNT(*) FROM (SELECT 1 FROM runs WHERE hook = ? AND status = 'queued' LIMIT ?)", [hook.text, most])
      ?? 0
    guard count < most else {
      full[hook] = most
      return false
    }
    counts[hook] = QueuedRuns.Count(runs: count, serial: last)
    return true
  }

  private func hasRun(_ slot: SlotClaim.Slot, of schedule: ID<Schedule>) throws -> Bool {
    let found: Int? = try database.value(Self.runOfSlot, [slot.moment.microseconds, schedule.text])
    return found != nil
  }

  static let runOfSlot =
    "SELECT 1 FROM runs WHERE slot = ? AND cause_schedule = ? AND slot IS NOT NULL AND retry_of IS NULL"

  private func recordRefusal(_ slot: SlotClaim.Slot, of claim: SlotClaim) throws {
    let name: String? = try database.value("SELECT name FROM schedules WHERE id = ?", [claim.schedule.text])
    let reason = "\(claim.mostQueued) runs of the hook are queued, which is the most"
    _ = try database.append(
      Event(
        instance: slot.run.instance, time: time, kind: "schedule.slot_refused", subject: claim.schedule.text,
        actor: "host",
        data: [
          "hook": .string(slot.run.hookName ?? ""), "name": .string(name ?? ""),
          "slot": .string(slot.moment.rfc3339), "reason": .string(reason),
        ]))
  }

  // MARK: - Schedules

  /// How far a schedule has come, and what the claim adds to that.
  private struct Progress {
    let revision: Int64
    /// As it is stored.
    let storedWaiting: Timestamp?
    var waiting: Timestamp?
    var isRefused: Bool
    /// Runs that have not ended, if the claim must know; all of them, or one, as its policy needs.
    var unended: [ID<Run>] = []
    var cancels: [ID<Run>] = []
    var fired = 0
    var skipped = 0
    var lastSlot: Timestamp?
    var lastRun: ID<Run>?

    mutating func note(_ run: Run, at slot: Timestamp) {
      fired += 1
      isRefused = false
      (lastSlot, lastRun) = (slot, run.id)
    }
  }

  private func read(_ id: ID<Schedule>) throws -> Progress? {
    try database.rows("SELECT revision, waiting, is_refused FROM schedules WHERE id = ?", [id.text]) { columns in
      let revision = try columns.next(Int64.self)
      let waiting = try columns.optionalTime()
      return Progress(
        revision: revision, storedWaiting: waiting, waiting: waiting, isRefused: try columns.next())
    }.first
  }

  private func unended(_ claim: SlotClaim) throws -> [ID<Run>] {
    try database.rows(
      "SELECT id FROM runs WHERE \(SQLiteScheduleStore.unended) LIMIT ?",
      [claim.schedule.text, claim.overlap == .cancelRunning ? -1 : 1]
    ) { try $0.id() }
  }

  private func write(_ progress: Progress, of claim: SlotClaim) throws {
    // What waits has an index, which most claims need not touch.
    let isOther = progress.waiting != progress.storedWaiting
    let arguments: [(any DatabaseValueConvertible)?] = [
      claim.decidedThrough.microseconds, claim.due?.microseconds, progress.fired, progress.skipped, claim.missed,
      progress.lastSlot?.microseconds, progress.lastRun?.text, progress.isRefused,
    ]
    try database.run(
      isOther ? Self.updateWithWaiting : Self.update,
      arguments + (isOther ? [progress.waiting?.microseconds] : []) + [claim.schedule.text])
  }

  private static let update = update(waiting: "")
  private static let updateWithWaiting = update(waiting: ", waiting = ?")

  private static func update(waiting: String) -> String {
    """
    UPDATE schedules SET
      revision = revision + 1, decided_through = ?, due = ?, fired = fired + ?, skipped = skipped + ?,
      missed = missed + ?, last_slot = COALESCE(?, last_slot), last_run = COALESCE(?, last_run), is_refused = ?\(waiting)
    WHERE id = ?
    """
  }
}
