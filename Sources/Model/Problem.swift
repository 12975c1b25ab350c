/// An error that a person sees: what was wrong, where, the rule, and what to do.
///
/// Every layer throws this type for anything that its caller caused or can mend; the gateway and the CLI turn it into
/// an answer without looking at its text.
public struct Problem: Error, Hashable, Sendable, Codable {
  /// What kind of failure it is; decides the HTTP status and the CLI's exit code.
  public enum Code: String, Sendable, Codable, CaseIterable {
    /// The request or file breaks a rule (400).
    case invalid
    /// No usable credentials (401).
    case unauthenticated
    /// Known, but not allowed (403).
    case forbidden
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    /// The state of things does not admit it (409).
    case conflict
    /// It is not what it was said to be: the same as before (422).
    case mismatch
    case tooLarge = "too_large"
    /// A bounded queue or rate is full; see `retryAfterSeconds` (429).
    case tooMany = "too_many"
    /// The run failed (502: the hook is what stands behind this server).
    case runFailed = "run_failed"
    /// This host cannot do it now (503).
    case unavailable
    /// A deadline passed (504).
    case timedOut = "timed_out"
    /// A fault of the server itself (500).
    case `internal`
  }

  public var code: Code
  /// One sentence for people, without a trailing full stop.
  public var message: String
  /// A JSON pointer (RFC 6901) or a dotted key to what was wrong, such as `/name` or `limits.memory`.
  public var field: String?
  /// The rule that was broken, such as `maxLength: 80`.
  public var rule: String?
  /// What the reader can do about it.
  public var hint: String?
  /// The file, relative to the folder that the user named, for faults in files.
  public var file: String?
  /// The line in `file`, from 1.
  public var line: Int?
  /// When to try again.
  public var retryAfterSeconds: Int?

  public init(
    _ code: Code, _ message: String, field: String? = nil, rule: String? = nil, hint: String? = nil,
    file: String? = nil, line: Int? = nil, retryAfterSeconds: Int? = nil
  ) {
    self.code = code
    self.message = message
    self.field = field
    self.rule = rule
    self.hint = hint
    self.file = file
    self.line = line
    self.retryAfterSeconds = retryAfterSeconds
  }

  private enum CodingKeys: String, CodingKey {
    case code, message, field, rule, hint, file, line
    case retryAfterSeconds = "retry_after_seconds"
  }
}

extension Problem: CustomStringConvertible {
  /// `hooks/hello/hook.yaml:3: message (field: rule); hint`
  public var description: String {
    var text = ""
    if let file {
      text += file
      if let line { text += ":\(line)" }
      text += ": "
    }
    text += message
    let place = [field, rule].compactMap { $0 }.joined(separator: ": ")
    if !place.isEmpty { text += " (\(place))" }
    if let hint { text += "; \(hint)" }
    return text
  }
}
