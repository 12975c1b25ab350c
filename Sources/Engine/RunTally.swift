import CoreMetrics
import EventLoop
import Model
import Telemetry

/// Counts runs: for whoever scrapes the metrics, and by the minute for the history in the store.
///
/// It lives on the loop's thread, where runs end: it takes no lock, and makes the counters of a hook once. Hooks beyond
/// `mostHooks` are counted together as `RunPeriod.otherHooks`.
@LoopActor
final class RunTally {
  /// Hooks that are told apart, of all instances together, while the server goes on.
  nonisolated static let mostHooks = 500
  /// Steps of the set-up of sandboxes that are told apart; the launcher knows fewer.
  private static let mostSteps = 100

  private struct Place: Hashable {
    let instance: ID<Instance>
    let hook: String
  }

  private struct Minute: Hashable {
    let place: Place
    let start: Int64
  }

  /// The counters of one hook.
  private struct Meters {
    let instance: String
    let hook: String
    var byStatus: [RunStatus: Counter] = [:]
    let duration: CoreMetrics.Timer
    let wait: CoreMetrics.Timer
    let cpu: FloatingPointCounter
  }

  private let factory: any MetricsFactory
  private let mostHooks: Int
  private var meters: [Place: Meters] = [:]
  private var minutes: [Minute: RunFigures] = [:]
  private let starts: Counter
  private var failedSteps: [String: Counter] = [:]

  init(_ factory: any MetricsFactory, mostHooks: Int = RunTally.mostHooks) {
    self.factory = factory
    self.mostHooks = mostHooks
    starts = Counter(label: "grapnel_sandbox_starts_total", factory: factory)
  }

  /// Counts a run that has ended and is recorded.
  func count(_ run: Run, of instance: String) {
    var place = Place(instance: run.instance, hook: run.hookName ?? "")
    if meters[place] == nil, meters.count >= mostHooks {
      place = Place(instance: run.instance, hook: RunPeriod.otherHooks)
    }
    count(run, in: &meters[place, default: makeMeters(instance, place.hook)])
    let length = RunPeriod.shortest.wholeMicroseconds
    let start = (run.endedAt ?? run.queuedAt).microseconds / length * length
    minutes[Minute(place: place, start: start), default: RunFigures()].add(run)
  }

  /// - Parameter failedStep: the step of its set-up that failed, if one did.
  func countSandbox(failedStep: String?) {
    starts.increment()
    guard let failedStep else { return }
    let step = failedSteps.count < Self.mostSteps || failedSteps[failedStep] != nil ? failedStep : "other"
    if failedSteps[step] == nil {
      failedSteps[step] = Counter(
        label: "grapnel_sandbox_failures_total", dimensions: [("step", step)], factory: factory)
    }
    failedSteps[step]?.increment()
  }

  /// What has been counted since the last call.
  func takePeriods() -> [RunPeriod] {
    let taken = minutes
    minutes = [:]
    return taken.map { minute, figures in
      RunPeriod(
        instance: minute.place.instance, hookName: minute.place.hook, start: Timestamp(microseconds: minute.start),
        figures: figures)
    }
  }

  /// Takes back what could not be stored, for the next try. Beyond a day's worth of one hook it is let go: the counters
  /// of the process still have it.
  ///
  /// - Returns: whether all of it was taken.
  func giveBack(_ periods: [RunPeriod]) -> Bool {
    for period in periods {
      let place = Place(instance: period.instance, hook: period.hookName)
      let minute = Minute(place: place, start: period.start.microseconds)
      guard minutes.count < 1440 || minutes[minute] != nil else { return false }
      minutes[minute, default: RunFigures()].add(period.figures)
    }
    return true
  }

  private func count(_ run: Run, in meters: inout Meters) {
    if meters.byStatus[run.status] == nil {
      meters.byStatus[run.status] = Counter(
        label: "grapnel_runs_total",
        dimensions: [("instance", meters.instance), ("hook", meters.hook), ("status", run.status.rawValue)],
        factory: factory)
    }
    meters.byStatus[run.status]?.increment()
    meters.cpu.increment(by: Double(run.use.cpuMicroseconds) / 1_000_000)
    guard let start = run.startedAt, let end = run.endedAt else { return }
    meters.duration.recordNanoseconds(max(end - start, .zero).wholeMicroseconds * 1000)
    meters.wait.recordNanoseconds(max(start - run.queuedAt, .zero).wholeMicroseconds * 1000)
  }

  private func makeMeters(_ instance: String, _ hook: String) -> Meters {
    let own = [("instance", instance)]
    let both = own + [("hook", hook)]
    return Meters(
      instance: instance, hook: hook,
      duration: CoreMetrics.Timer(label: "grapnel_run_duration_seconds", dimensions: both, factory: factory),
      wait: CoreMetrics.Timer(label: "grapnel_run_wait_seconds", dimensions: own, factory: factory),
      cpu: FloatingPointCounter(label: "grapnel_run_cpu_seconds_total", dimensions: both, factory: factory))
  }
}
