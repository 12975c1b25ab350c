import Model

extension Schedule {
  /// What came before is decided, and the next slot is to be looked for.
  mutating func beginAnew(at time: Timestamp) {
    state.decidedThrough = time
    state.due = isEnabled ? time : nil
    state.waiting = nil
    state.silentSince = nil
  }

  mutating func redefine(as definition: ScheduleDefinition, at time: Timestamp) {
    self.definition = definition
    beginAnew(at: time)
  }

  mutating func enable(at time: Timestamp) {
    isEnabled = true
    disabledReason = nil
    state.failures = 0
    beginAnew(at: time)
  }

  /// Lets nothing of it wait.
  ///
  /// - Parameter reason: of the host.
  mutating func disable(reason: String? = nil) {
    isEnabled = false
    disabledReason = reason
    state.due = nil
    state.waiting = nil
    state.silentSince = nil
  }
}
