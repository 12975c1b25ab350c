import Model

/// A metric that this product has: what it is called, what it means, how it is counted.
public struct MetricDescription: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// Only grows.
    case counter
    case gauge
    /// Counts values by size.
    case histogram
  }

  public let name: String
  public let kind: Kind
  /// One sentence.
  public let help: String
  /// The names of its labels.
  public let labels: [String]
  /// The upper bounds of a histogram's buckets, ascending.
  public let bounds: [Double]

  public init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = [], bounds: [Double] = []) {
    self.name = name
    self.kind = kind
    self.help = help
    self.labels = labels
    self.bounds = bounds
  }

  private static let runSeconds = DurationHistogram.bounds.map(\.inSeconds)

  /// All there are, in the order in which they are shown. docs/metrics.md is held against it.
  public static let all: [MetricDescription] = [
    MetricDescription("grapnel_build_info", .gauge, "Always 1; the labels say what runs.", labels: ["version"]),
    MetricDescription(
      "grapnel_runs_total", .counter, "Runs that have ended, by how.", labels: ["instance", "hook", "status"]),
    MetricDescription(
      "grapnel_run_duration_seconds", .histogram, "From the start of a run to its end.",
      labels: ["instance", "hook"], bounds: runSeconds),
    MetricDescription(
      "grapnel_run_wait_seconds", .histogram, "From the queueing of a run to its start.", labels: ["instance"],
      bounds: runSeconds),
    MetricDescription(
      "grapnel_run_cpu_seconds_total", .counter, "Processor time of runs.", labels: ["instance", "hook"]),
    MetricDescription("grapnel_runs_running", .gauge, "Runs that go on.", labels: ["instance"]),
    MetricDescription("grapnel_runs_waiting", .gauge, "Runs that wait for a place.", labels: ["instance"]),
    MetricDescription("grapnel_runs_capacity", .gauge, "Runs that may go on at once."),
    MetricDescription("grapnel_sandbox_starts_total", .counter, "Sandboxes that were asked for."),
    MetricDescription(
      "grapnel_sandbox_failures_total", .counter, "Sandboxes that could not be made, by the step that failed.",
      labels: ["step"]),
    MetricDescription(
      "grapnel_schedule_slots_total", .counter,
      "Slots of schedules: fired, skipped because of an earlier run, refused because too many runs are queued, missed.",
      labels: ["outcome"]),
    MetricDescription(
      "grapnel_schedule_lateness_seconds", .histogram, "From the moment of a slot until its run was on the disk.",
      bounds: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60, 600]),
    MetricDescription(
      "grapnel_schedule_claim_failures_total", .counter, "Claims of slots that the store did not take at the first try."
    ),
    MetricDescription(
      "grapnel_trigger_runs_total", .counter,
      "Runs that triggers wanted: queued, blocked because this host cannot start them, stopped because of a loop, and "
        + "before a change approved, changed, refused, failed.",
      labels: ["outcome"]),
    MetricDescription("grapnel_schedules", .gauge, "Schedules that have a slot to come."),
    MetricDescription(
      "grapnel_schedules_silent", .gauge, "Schedules whose slot is due for longer than their tolerance and has no run."),
    MetricDescription(
      "grapnel_store_commit_seconds", .histogram, "How long a transaction of the store took, its fsync included.",
      bounds: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]),
    MetricDescription(
      "grapnel_store_commit_batch", .histogram, "How many changes a transaction of the store held.",
      bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]),
    MetricDescription(
      "grapnel_store_pruned_total", .counter, "What retention has deleted.", labels: ["kind"]),
    MetricDescription(
      "grapnel_http_requests_total", .counter, "Requests that were answered.", labels: ["door", "class"]),
    MetricDescription(
      "grapnel_signatures_total", .counter, "Requests to hooks that ask for a signature, by what became of it.",
      labels: ["result"]),
    MetricDescription("grapnel_http_connections", .gauge, "Open connections."),
    MetricDescription("grapnel_process_resident_memory_bytes", .gauge, "Memory of the server's own process."),
    MetricDescription("grapnel_process_cpu_seconds_total", .counter, "Processor time of the server's own process."),
    MetricDescription("grapnel_process_open_fds", .gauge, "Open descriptors of the server's own process."),
    MetricDescription("grapnel_process_start_time_seconds", .gauge, "When the server started, as Unix time."),
  ]
}
