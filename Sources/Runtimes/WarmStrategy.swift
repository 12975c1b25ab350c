public import EventLoop
import Model
public import Sandbox

/// Starts a run by a process that its runtime keeps ready, a fork server's fork or one that waits; and like
/// `ExecStrategy` where nothing is, or the hook wants it so.
///
/// Which of the two a runtime has, and what is ready, is the launcher's to know: it is only told that the run may have
/// it.
public struct WarmStrategy: Sendable {
  private let launcher: Launcher
  private let catalog: RuntimeCatalog

  public init(launcher: Launcher, catalog: RuntimeCatalog) {
    self.launcher = launcher
    self.catalog = catalog
  }

  static func policy(for request: StartRequest, catalog: RuntimeCatalog) throws -> SandboxPolicy {
    var policy = try ExecStrategy.policy(for: request, catalog: catalog)
    let manifest = try catalog.manifest(named: request.definition.runtime)
    let mode = request.definition.start ?? manifest.strategy
    if mode != .exec, mode == manifest.strategy, isOrdinary(request.environment) { policy.warmRuntime = manifest.name }
    return policy
  }

  /// Whether the interpreter would begin the same way with these variables as with the ones it was begun with: only the
  /// language matters, as hooks set no others that interpreters read at their start.
  private static func isOrdinary(_ environment: [String: String]) -> Bool {
    environment["LC_CTYPE"] == "C.UTF-8"
      && !environment.keys.contains { $0 == "LANG" || $0 == "LANGUAGE" || ($0.hasPrefix("LC_") && $0 != "LC_CTYPE") }
  }
}

// In an extension, because the protocol would otherwise put the whole type on the loop.
extension WarmStrategy: StartStrategy {
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
