/// Why a run did not succeed, in words a person can act on.
public struct RunFailure: Hashable, Sendable, Codable {
  /// A stable word: `exit`, `signal`, `exception`, `timeout`, `memory`, `output`, `disk`, `processes`, `spawn`,
  /// `control`, `cancelled`, `caller`, `host`, `runtime`, `network`, `secret`. `docs/run-states.md` says what each means.
  public var reason: String
  /// The sentence, which names the limit and its value where a limit was the reason.
  public var message: String
  /// The setting that changes it, such as `limits.memory`.
  public var setting: String?
  /// The type of the exception that the hook did not catch.
  public var exception: String?
  public var traceback: String?
  /// Who cancelled it, such as `key:01h…`; only for the reason `cancelled`.
  public var actor: String?

  public init(
    reason: String, message: String, setting: String? = nil, exception: String? = nil, traceback: String? = nil,
    actor: String? = nil
  ) {
    self.reason = reason
    self.message = message
    self.setting = setting
    self.exception = exception
    self.traceback = traceback
    self.actor = actor
  }
}
