/// What a run's process is started with, and what must not be kept of it.
struct RunLaunch: Sendable {
  var environment: [String: String]
  /// `nil` for a run without secrets.
  var mask: SecretMask?
}
