public import Model
public import Sandbox

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// All that a strategy needs to start one run.
public struct StartRequest: Sendable {
  public var definition: HookDefinition
  /// 64 hexadecimal digits; the files that become `/hook`.
  public var bundle: String
  public var instanceSerial: Int64
  /// From `RunEnvironment.make`.
  public var environment: [String: String]
  /// The run's ends. The launcher closes them, whether the start succeeds or not.
  public var descriptors: RunDescriptors

  public init(
    definition: HookDefinition, bundle: String, instanceSerial: Int64, environment: [String: String],
    descriptors: RunDescriptors
  ) {
    self.definition = definition
    self.bundle = bundle
    self.instanceSerial = instanceSerial
    self.environment = environment
    self.descriptors = descriptors
  }

  /// For a run that does not come to the launcher, which would close them.
  func closeDescriptors() {
    for descriptor in descriptors.all { close(descriptor) }
  }
}
