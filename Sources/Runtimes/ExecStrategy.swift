import EventLoop
import Model
public import Sandbox

/// Starts every run as a fresh process of its interpreter.
public struct ExecStrategy: Sendable {
  private let launcher: Launcher
  private let catalog: RuntimeCatalog

  public init(launcher: Launcher, catalog: RuntimeCatalog) {
    self.launcher = launcher
    self.catalog = catalog
  }

  /// What the launcher is told to enforce and to start.
  ///
  /// - Throws: `Problem` with code `invalid` for an unknown runtime, `unavailable` for one that is not installed.
  static func policy(for request: StartRequest, catalog: RuntimeCatalog) throws -> SandboxPolicy {
    let definition = request.definition
    let manifest = try catalog.manifest(named: definition.runtime)
    guard let arguments = manifest.commandLine(entry: definition.entry) else {
      throw catalog.availability(manifest.name)
        ?? Problem(.unavailable, "the runtime \(manifest.name) has just been installed", retryAfterSeconds: 1)
    }
    return SandboxPolicy(
      arguments: arguments, environment: request.environment, workingDirectory: "/hook", bundle: request.bundle,
      layer: definition.layers?.prepared, dependencies: definition.layers?.dependencies,
      instanceSerial: request.instanceSerial, network: definition.network, memory: definition.limits.memory,
      cpu: definition.limits.cpu, processes: definition.limits.processes, disk: definition.limits.disk,
      files: definition.limits.files)
  }
}

// In an extension, because the protocol would otherwise put the whole type on the loop.
extension ExecStrategy: StartStrategy {
  public func start(_ request: StartRequest) throws -> SandboxedProcess {
    let policy: SandboxPolicy
    do {
      policy = try Self.policy(for: request, catalog: catalog)
    } catch {
      request.closeDescriptors()
      throw error
    }
    return try launcher.start(policy, request.descriptors)
  }
}
