import Logging
import Model
import Store

/// What notices that something does not go as it should.
extension Scheduler {
  /// Records what has happened to the clock. Slots that it jumped over are missed; those that it comes by again have
  /// their runs, and no second one.
  nonisolated func handle(_ jumps: [ClockWatch.Jump]) async {
    for jump in jumps {
      let (kind, duration) =
        switch jump {
        case .set(let duration): ("host.clock_set", duration)
        case .slept(let duration): ("host.slept", duration)
        }
      logger.warning("\(kind)", metadata: ["seconds": "\(duration.inSeconds)"])
      do {
        if duration < .zero { try await store.schedules.rewind(to: clock.now) }
        _ = try await store.events.append(
          Event(
            instance: nil, time: clock.now, kind: kind, actor: "host",
            data: ["milliseconds": .int(duration.wholeMilliseconds)]))
      } catch {
        logger.error("a change of the clock could not be recorded", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Schedules that one message names.
  private nonisolated static let mostWords = 10

  /// Notes which schedules have a slot that is due for longer than their tolerance and has no run.
  ///
  /// - Returns: all that have.
  nonisolated func lookForSilence() async throws -> [ID<Schedule>] {
    let now = clock.now
    let found = try await store.schedules.silent(at: now, limit: 1000)
    var silent: [ID<Schedule>: Timestamp] = [:]
    var resumed: [ID<Schedule>] = []
    var all: [ID<Schedule>] = []
    var words: [String] = []
    for schedule in found {
      if let due = schedule.state.due, due + schedule.definition.tolerance < now {
        all.append(schedule.id)
        guard schedule.state.silentSince == nil else { continue }
        silent[schedule.id] = due
        if words.count < Self.mostWords {
          words.append("\(schedule.hookName)/\(schedule.name) since \(due.rfc3339)")
        }
      } else if schedule.state.silentSince != nil {
        resumed.append(schedule.id)
      }
    }
    if !silent.isEmpty {
      logger.error(
        "schedules are silent",
        metadata: ["schedules": "\(silent.count)", "first": "\(words.joined(separator: ", "))"])
    }
    if !silent.isEmpty || !resumed.isEmpty {
      try await store.schedules.note(silent: silent, resumed: resumed, at: now)
    }
    return all
  }
}
