import GRDB
import Model
import Store

extension SQLiteRunStore {
  /// How many runs one transaction closes: what a server that was full has lost must not be in memory at once.
  private static let lostAtOnce = 200

  private static let loss = RunFailure(
    reason: "host", message: "the server that ran it stopped, or lost its lease, before the run ended")

  func closeLost(
    host: ID<Host>, at time: Timestamp, aftermath: @Sendable (Run, RunBodies) async -> RunAftermath?
  ) async throws -> [Run] {
    var lost: [Run] = []
    while true {
      let page = try await inFlight(at: host)
      var closings: [(run: Run, aftermath: EncodedAftermath?)] = []
      for (run, bodies) in page {
        var run = run
        run.status = .lost
        run.endedAt = time
        run.failure = Self.loss
        let following = await aftermath(run, bodies)
        var encoded: EncodedAftermath?
        if let following { encoded = try await EncodedAftermath(following, for: connection) }
        closings.append((run, encoded))
      }
      lost += try await close(closings, host: host, at: time)
      guard page.count == Self.lostAtOnce else { return lost }
    }
  }

  private func inFlight(at host: ID<Host>) async throws -> [(run: Run, bodies: RunBodies)] {
    try await connection.read { database in
      try database.rows(
        """
        SELECT \(Run.columns), \(RunBodies.columns) FROM runs r JOIN run_bodies b ON b.run = r.id
        WHERE r.host = ? AND r.status IN \(Self.unfinished) AND r.status <> 'queued'
        ORDER BY r.queued_at, r.serial LIMIT ?
        """, [host.text, Self.lostAtOnce]
      ) { columns in
        let run = try Run(&columns, definitions: connection.definitions, in: database)
        return (run, try RunBodies(&columns))
      }
    }
  }

  /// - Returns: the runs that had not ended meanwhile.
  private func close(
    _ closings: [(run: Run, aftermath: EncodedAftermath?)], host: ID<Host>, at time: Timestamp
  ) async throws -> [Run] {
    let bytes = closings.reduce(0) { $0 + ($1.aftermath?.bytes ?? 0) + 512 }
    return try await connection.write(bytes: bytes) { database in
      try closings.compactMap { run, aftermath in
        let count = try database.run(
          """
          UPDATE runs SET status = ?, ended_at = ?, failure = ?
          WHERE id = ? AND host = ? AND status IN \(Self.unfinished) AND status <> 'queued'
          """,
          [run.status.rawValue, time.microseconds, Self.loss.stored.serialized, run.id.text, host.text])
        guard count == 1 else { return nil }
        var data: [String: JSONValue] = ["serial": .int(run.serial), "attempt": .int(Int64(run.attempt))]
        if let name = run.hookName { data["hook"] = .string(name) }
        _ = try database.append(
          Event(
            instance: run.instance, time: time, kind: "run.lost", subject: run.id.text, actor: "host:\(host)",
            data: .object(data)))
        _ = try aftermath?.write(after: run.id, at: time, to: database)
        return run
      }
    }
  }
}
