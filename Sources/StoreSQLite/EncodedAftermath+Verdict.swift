import GRDB
import Model
import Store

extension EncodedAftermath {
  /// Notes what the end of a scheduled run says of its schedule, and queues the run that tells of a recovery. Most ends
  /// write nothing.
  func write(
    _ verdict: ScheduleVerdict, after id: ID<Run>, at time: Timestamp, to database: Database,
    _ settlement: inout RunSettlement
  ) throws {
    let failures: Int? = try database.value("SELECT failures FROM schedules WHERE id = ?", [verdict.schedule.text])
    // It was removed meanwhile, or all was well and is.
    guard let failures, failures > 0 || !verdict.isSuccess else { return }
    guard verdict.isSuccess else { return try fail(verdict, at: time, in: database) }
    try database.run(
      "UPDATE schedules SET failures = 0, revision = revision + 1 WHERE id = ?", [verdict.schedule.text])
    if let schedule = try database.schedule(verdict.schedule) {
      try database.append(
        "schedule.recovered", to: schedule, by: "host", at: time, ["failures": .int(Int64(failures))])
    }
    for event in verdict.events { _ = try database.append(event) }
    if let run = verdict.recovery?.run, let recovery {
      try write(recovery, of: run, orRefuse: "run.on_recovery_refused", after: id, at: time, to: database, &settlement)
    }
  }

  private func fail(_ verdict: ScheduleVerdict, at time: Timestamp, in database: Database) throws {
    try database.run(
      "UPDATE schedules SET failures = failures + 1, revision = revision + 1 WHERE id = ?", [verdict.schedule.text])
    guard let most = verdict.disableAfter, var schedule = try database.schedule(verdict.schedule),
      schedule.isEnabled, schedule.state.failures >= most
    else { return }
    let failures = schedule.state.failures
    let reason = failures == 1 ? "a run failed" : "\(failures) runs in a row failed"
    schedule.disable(reason: reason)
    schedule = try database.rewrite(schedule, definition: nil, at: time)
    try database.append(
      "schedule.disabled", to: schedule, by: "host", at: time,
      ["reason": .string(reason), "failures": .int(Int64(failures))])
  }
}
