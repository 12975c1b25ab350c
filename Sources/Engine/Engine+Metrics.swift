import EventLoop
import Logging
import Model
import Store
public import Telemetry

extension Engine {
  /// Writes what has been counted by the minute to the store. What cannot be written now is kept for the next time, as
  /// far as there is room; a server that dies loses what it has counted since the last call.
  public func recordPeriods() async {
    let periods = tally.takePeriods()
    guard !periods.isEmpty else { return }
    do {
      try await store.metrics.add(periods)
    } catch {
      let isKept = tally.giveBack(periods)
      logger.warning(
        "the history of runs could not be stored", metadata: ["error": "\(error)", "kept": "\(isKept)"])
    }
  }

  /// How many runs go on and wait, for `MetricsRegistry.addSource`.
  public func samples() async -> [MetricSample] {
    var samples = [MetricSample("grapnel_runs_capacity", Double(configuration.capacity))]
    for (instance, load) in queue.loads {
      let name = (try? await store.instances.find(instance))?.name ?? instance.text
      samples.append(MetricSample("grapnel_runs_running", [name], Double(load.running)))
      samples.append(MetricSample("grapnel_runs_waiting", [name], Double(load.waiting)))
    }
    if let scheduler {
      samples.append(MetricSample("grapnel_schedules", Double(scheduler.count)))
      samples.append(MetricSample("grapnel_schedules_silent", Double(scheduler.silentCount)))
    }
    return samples
  }
}
