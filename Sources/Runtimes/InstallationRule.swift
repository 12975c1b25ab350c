/// What the operator lets lists of dependencies do.
public struct InstallationRule: Hashable, Sendable, Codable {
  public enum Mode: String, Hashable, Sendable, Codable, CaseIterable {
    /// A hook with such a list is not deployed.
    case off
    /// From the bundle's own files alone: an installation reaches no network.
    case local
    /// An installation, and the scripts of what it installs, reach what this host reaches.
    case on
  }

  public var mode: Mode
  /// Variables of every installation, such as `PIP_INDEX_URL`.
  public var environment: [String: String]

  public init(mode: Mode = .off, environment: [String: String] = [:]) {
    self.mode = mode
    self.environment = environment
  }
}
