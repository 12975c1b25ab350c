public import Model

extension Run {
  /// What the feed of events says of it where it is a replay: a run by hand that an earlier run is the cause of.
  ///
  /// A store writes it together with the run, in `RunStore.enqueue` and `record` and `IdempotencyStore.enqueue`.
  public var replay: Event? {
    guard cause.kind == .manual, let parent = cause.parent else { return nil }
    var data: [String: JSONValue] = ["run": .string(id.text)]
    if let hookName { data["hook"] = .string(hookName) }
    return Event(
      instance: instance, time: queuedAt, kind: "run.replayed", subject: parent.text,
      actor: cause.key.map { "key:\($0)" } ?? "host", data: .object(data))
  }
}
