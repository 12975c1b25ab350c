import EventLoop
import Glibc
public import Model
import Sandbox

extension LayerWorkshop {
  /// Makes one layer.
  ///
  /// - Parameters:
  ///   - files: the bundle of the step's files.
  ///   - dependencies: the layer of its dependencies, if there is one.
  ///   - log: given what the command says, as it comes.
  ///   - result: given the layer, a tar stream, as it comes; when it throws the command is killed.
  /// - Throws: `Problem`: what `result` threw, or `invalid` if the command fails or breaks a limit.
  @LoopActor
  public func make(
    _ step: LayerStep, of definition: HookDefinition, bundle: [String: [UInt8]], files: String, dependencies: String?,
    instanceSerial: Int64, log: @escaping @Sendable ([UInt8]) async -> Void,
    result: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws {
    let manifest = try catalog.manifest(named: definition.runtime)
    guard let plan = plans(of: manifest, bundle).first(where: { $0.kind == step.kind })?.step else { return }
    let tool = try catalog.tool(of: plan, runtime: manifest)
    let policy = SandboxPolicy(
      arguments: arguments(plan, manifest, entry: definition.entry, tool: tool),
      environment: environment(step.kind, manifest), bundle: files, dependencies: dependencies,
      instanceSerial: instanceSerial,
      network: step.kind == .dependencies && rule.mode == .on ? .host : .none, memory: plan.memory, cpu: 2,
      processes: plan.processes, disk: plan.disk, files: plan.diskFiles)
    let run = try LayerRun(policy, launcher: launcher, timeout: plan.timeout, log: log, result: result)
    let (exit, failure) = await withTaskCancellationHandler {
      await run.end()
    } onCancel: {
      Task { @LoopActor in run.kill() }
    }
    if Task.isCancelled { throw CancellationError() }
    if let failure { throw failure }
    if let problem = objection(to: exit, plan, isLate: run.isLate, runtime: manifest.name, kind: step.kind) {
      throw problem
    }
  }

  private nonisolated func environment(_ kind: LayerStep.Kind, _ manifest: RuntimeManifest) -> [String: String] {
    var variables = kind == .dependencies ? rule.environment : [:]
    variables["PATH"] = "/usr/local/bin:/usr/bin:/bin"
    variables["HOME"] = "/tmp"
    variables["TMPDIR"] = "/tmp"
    variables["LANG"] = "C.UTF-8"
    variables["GRAPNEL_INTERPRETER"] = manifest.installedInterpreter
    variables["GRAPNEL_NETWORK"] = kind == .dependencies && rule.mode == .on ? "host" : "none"
    return variables
  }

  /// What the end of the command means, if it was none that it should have.
  private nonisolated func objection(
    to exit: SandboxExit, _ plan: PreparationStep, isLate: Bool, runtime: String, kind: LayerStep.Kind
  ) -> Problem? {
    let subject = kind == .dependencies ? "the installation of the dependencies" : "the preparation"
    func limit(_ message: String, _ key: String, _ value: String) -> Problem {
      let section = kind == .dependencies ? "dependencies" : "prepare"
      return Problem(
        .invalid, "\(subject) \(message)", field: "\(section).\(key)", rule: value,
        hint: "runtimes/\(runtime)/runtime.yaml sets the limit")
    }
    if isLate { return limit("took too long", "timeout", plan.timeout.text) }
    if exit.breaches.contains(.memory) { return limit("ran out of memory", "memory", "\(plan.memory)") }
    let ending: String
    switch exit.ending {
    case .exited(0): return nil
    case .exited(let code): ending = "exit code \(code)"
    case .signalled(let signal): ending = "signal \(signal)"
    case .failedToStart(let step, let code):
      return Problem(.unavailable, "\(subject) could not be started (\(step): \(String(cString: strerror(code))))")
    case .launcherDied: return Problem(.unavailable, "the sandbox launcher has ended", hint: "restart the server")
    }
    if exit.breaches.contains(.disk) { return limit("filled its disk", "disk", "\(plan.disk)") }
    if exit.breaches.contains(.processes) {
      return limit("has too many processes", "processes", "\(plan.processes)")
    }
    return Problem(.invalid, "\(subject) failed with \(ending)")
  }
}
