public import Model

/// What became of a run's processes.
public struct SandboxExit: Hashable, Sendable {
  public enum Ending: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    /// The user's program never ran. `step` says in words what failed.
    case failedToStart(step: String, errno: Int32)
    /// The launcher went, and took the run with it.
    case launcherDied
  }

  /// A limit that the run hit.
  public enum Breach: String, Hashable, Sendable, CaseIterable {
    case memory
    case processes
    /// Bytes in `/tmp`.
    case disk
    /// Files and folders in `/tmp`.
    case files
  }

  public let ending: Ending
  /// Of all its processes.
  public let cpuMicroseconds: Int64
  public let peakMemoryBytes: Int64
  public let breaches: Set<Breach>

  /// How its process came to be.
  public let start: StartMode

  /// The step of the set-up that failed, if one did.
  public var failedStep: String? {
    if case .failedToStart(let step, _) = ending { step } else { nil }
  }

  public init(
    ending: Ending, cpuMicroseconds: Int64 = 0, peakMemoryBytes: Int64 = 0, breaches: Set<Breach> = [],
    start: StartMode = .exec
  ) {
    self.ending = ending
    self.cpuMicroseconds = cpuMicroseconds
    self.peakMemoryBytes = peakMemoryBytes
    self.breaches = breaches
    self.start = start
  }
}
