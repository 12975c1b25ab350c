import Model

extension RunQueue.Ticket {
  /// The ticket of a run: runs of one hook share a lane, runs of unsaved code one a bundle.
  init(_ run: Run) {
    self.init(
      run: run.id, instance: run.instance, lane: run.hook?.text ?? run.bundleHash,
      concurrency: run.definition.limits.concurrency, queue: run.definition.limits.queue)
  }
}
