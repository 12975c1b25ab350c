/// How much stands between a run and the host. Each level has mechanisms that it cannot do without.
public enum SandboxLevel: String, Hashable, Sendable, Codable, CaseIterable {
  /// For a server started as root: a user id for each instance, limits by cgroups.
  case full
  /// For an unprivileged server: everything runs as its own user outside.
  case user
}
