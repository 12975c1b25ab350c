import Content
import EventLoop
import Model
import Runtimes
import Sandbox
import Store

/// One run while it goes on: its process, its pipes, its clocks, and what it has said so far.
///
/// It lives on the loop's thread, where all that happens to a run happens in one order. It knows no store: whoever
/// holds it records the `RunOutcome` that `run()` returns, and then lets the caller have the answer by `conclude`.
@LoopActor
final class RunExecution {
  /// What a run is made of.
  struct Plan: Sendable {
    var run: Run
    var instance: Instance
    var payload: JSONValue
    /// The JSON text of `payload`.
    var payloadText: [UInt8]
    var input: RunInput
    /// How many runs of hooks stand above this one.
    var depth: Int
    /// Whether somebody waits for the answer.
    var hasCaller: Bool
    /// What makes its caller's request one that is run once. Such a run goes on when the caller hangs up.
    var claim: IdempotencyClaim?
    /// What its process is started with; `nil` for a run that waited in the store, for which it is made anew.
    var launch: RunLaunch?
    /// How long whoever asked for it waits, beside its limits.
    var budget: RunBudget?
  }

  /// What happens around a run that is not its own business.
  struct Surroundings: Sendable {
    var clock: any WallClock
    /// What the run's process is started with.
    var launch: @Sendable (Plan) async throws -> RunLaunch
    /// Starts the process of the plan's runtime; the descriptors are its own, whether it starts or not.
    var start: @LoopActor @Sendable (Plan, [String: String], RunDescriptors) throws -> SandboxedProcess
    /// Stores and publishes messages before the run has ended.
    var recordLogs: @Sendable ([LogEntry]) async -> Void
    /// Called before anybody outside can learn of the run.
    var becomesKnown: @LoopActor @Sendable () -> Void
    /// Answers what the run asks of its host.
    var answer: @Sendable (HostCall, Plan) async -> HostReply
    /// How long a run may take to end after SIGTERM.
    var grace: Duration
  }

  /// How much of a body a trace keeps.
  nonisolated static let traceCapacity = 1 << 20
  /// How much output is held back while the head is open.
  static let headCapacity = 64 << 10
  /// How many messages a run may log.
  static let mostLogEntries = 10_000
  /// How many events a run may emit.
  nonisolated static let mostEvents = 1000
  /// How long a message waits to be stored together with others.
  static let logDelay = Duration.milliseconds(200)

  let plan: Plan
  let surroundings: Surroundings
  let channel = RunOutputChannel()
  let answer = RunAnswerPromise()

  var head = RunHead()
  /// Output that waits for the head to go out.
  var held: [UInt8] = []
  var output = CappedBytes(capacity: RunExecution.traceCapacity)
  var errorOutput = CappedBytes(capacity: RunExecution.traceCapacity)
  var inputCopy = CappedBytes(capacity: RunExecution.traceCapacity)
  var bytesIn: Int64 = 0
  var bytesOut: Int64 = 0
  var bytesToErrorOutput: Int64 = 0
  var result: JSONValue?
  var exception: RunFailure?
  var intervention: RunVerdict.Intervention?
  var decoder = ControlFrameDecoder()
  var control: ControlPipe?
  var logLines = LogLines()
  /// Takes the run's secrets out of what is kept of it; `nil` for a run without any.
  var mask: SecretMask?
  var outputMask: MaskStream?
  var errorMask: MaskStream?
  var pendingLogs: [LogEntry] = []
  var loggedEntries = 0
  private var emittedEvents = 0
  let logTimer = LoopTimer()
  var logTask: LoopTask?

  private var process: SandboxedProcess?
  private var hasExited = false
  private let timeoutTimer = LoopTimer()
  private let deadlineTimer = LoopTimer()
  private let budgetTimer = LoopTimer()
  private let graceTimer = LoopTimer()

  init(_ plan: Plan, _ surroundings: Surroundings) {
    self.plan = plan
    self.surroundings = surroundings
    if case .bytes(let bytes) = plan.input {
      // Nobody can send it again for a run that nobody waits for: its trace keeps it whole, as it was stored.
      if !plan.hasCaller { inputCopy = CappedBytes(capacity: max(Self.traceCapacity, bytes.count)) }
      inputCopy.append(bytes)
      bytesIn = Int64(bytes.count)
    }
  }

  var limits: Limits { plan.run.definition.limits }

  /// Runs to the end. Never throws: whatever goes wrong is the outcome.
  func run() async -> RunOutcome {
    let startedAt = surroundings.clock.now
    var exit = SandboxExit(ending: .failedToStart(step: "channels", errno: 0))
    do {
      let launch = if let known = plan.launch { known } else { try await surroundings.launch(plan) }
      mask = launch.mask
      outputMask = mask?.stream()
      errorMask = mask?.stream()
      let channels = try openChannels()
      let pipes = try RunPipes(adopting: channels) { [unowned self] in controlHasMore() }
      control = pipes.control
      let process: SandboxedProcess
      do {
        process = try surroundings.start(plan, launch.environment, channels.forRun)
      } catch {
        pipes.close()
        throw error
      }
      self.process = process
      startClocks()
      let outputTask = LoopTask { [self] in await readOutput(pipes.output) }
      let errorTask = LoopTask { [self] in await readErrors(pipes.errorOutput) }
      let inputTask = pumpInput(to: pipes.input)
      let hostTask = serveHost(pipes.host)
      channel.watch { [weak self] in self?.callerHungUp() }
      if intervention != nil { end() }
      exit = await process.waitForExit()
      hasExited = true
      stopClocks()
      // What is still to come of the caller's body goes nowhere; the task ends when its source lets it.
      inputTask?.cancel()
      pipes.input?.close()
      hostTask.cancel()
      channel.drain()
      await outputTask.wait()
      await errorTask.wait()
      await hostTask.wait()
      controlHasMore()
      pipes.control.close()
      // A run that failed has a better reason than what it could not finish writing.
      if exit.ending == .exited(0), intervention == nil { controlHasEnded() }
    } catch let refusal as UnusableSecret {
      intervention = intervention ?? .refused(RunFailure(refusal))
    } catch {
      stopClocks()
      intervention = intervention ?? .notStarted("the run could not be started: \(error)")
    }
    finishMasking()
    if let rest = logLines.finish() { log(.info, .stderr, rest) }
    logTimer.stop()
    await logTask?.wait()
    return outcome(exit: exit, startedAt: startedAt)
  }

  /// Ends the run from outside. The first intervention is the one that its trace names.
  func intervene(_ intervention: RunVerdict.Intervention) {
    guard self.intervention == nil else { return }
    self.intervention = intervention
    end()
  }

  private func end() {
    switch intervention {
    case .tooMuchOutput, .malformedControl, .callerGone, .budgetSpent:
      process?.kill()
    default:
      process?.terminate()
      graceTimer.start(after: surroundings.grace) { [weak self] in self?.process?.kill() }
    }
  }

  /// Counts an event that the run wants to emit; false beyond the most.
  func takeEvent() -> Bool {
    guard emittedEvents < Self.mostEvents else { return false }
    emittedEvents += 1
    return true
  }

  func callerHungUp() {
    // A run that was turned into an asynchronous one is owed to nobody's connection, and one that has ended by itself
    // has not been cancelled.
    guard !answer.isAccepted, !hasExited, plan.claim == nil else { return }
    intervene(.callerGone)
  }

  private func openChannels() throws -> RunChannels {
    var whole: [UInt8]?
    if case .bytes(let bytes) = plan.input { whole = bytes }
    let isLong = plan.payloadText.count > RunEnvironment.longestPayload
    return try RunChannels(wholeInput: whole, payload: isLong ? plan.payloadText : nil)
  }

  private func startClocks() {
    timeoutTimer.start(after: limits.timeout) { [weak self] in self?.intervene(.timeout) }
    if let budget = plan.budget {
      budgetTimer.start(after: budget.remaining) { [weak self] in
        self?.intervene(.budgetSpent(budget.duration, of: budget.owner))
      }
    }
    let deadline = plan.run.definition.endpoint.deadline
    if plan.hasCaller, plan.run.cause.kind == .http, deadline < limits.timeout {
      deadlineTimer.start(after: deadline) { [weak self] in
        guard let self else { return }
        surroundings.becomesKnown()
        answer.accept()
      }
    }
  }

  private func stopClocks() {
    timeoutTimer.stop()
    deadlineTimer.stop()
    budgetTimer.stop()
    graceTimer.stop()
  }

  private func pumpInput(to writer: PipeWriter?) -> LoopTask? {
    guard let writer else { return nil }
    return LoopTask { [self] in
      defer { writer.close() }
      // A run that ends without reading its input is its own decision: a broken pipe is no failure.
      do {
        switch plan.input {
        case .bytes(let bytes):
          try await writer.write(bytes)
        case .stream(let stream, _):
          while let chunk = try await stream.next() {
            bytesIn += Int64(chunk.count)
            inputCopy.append(chunk)
            try await writer.write(chunk)
          }
        }
      } catch is LoopError {
      } catch is CancellationError {
      } catch {
        callerHungUp()
      }
    }
  }

  private func serveHost(_ channel: HostChannel) -> LoopTask {
    let (plan, answer) = (plan, surroundings.answer)
    return LoopTask {
      // The work of an answer is not the loop's.
      await channel.serve { call in
        await withTaskExecutorPreference(globalConcurrentExecutor) { await answer(call, plan) }
      }
    }
  }
}
