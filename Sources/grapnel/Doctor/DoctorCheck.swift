/// One thing that `grapnel doctor` looked at.
struct DoctorCheck: Hashable, Sendable, Encodable {
  /// `sandbox`, `runtime`, `installer`, `schedules`, `data`, `server` or `ready`.
  var group: String
  var name: String
  var works: Bool
  /// Whether hooks cannot run without it.
  var isRequired: Bool
  var detail: String
  /// The command, or the step, that mends it.
  var remedy: String?

  /// Whether it is there and not well.
  var isWarning = false

  private enum CodingKeys: String, CodingKey {
    case group, name, works, detail, remedy
    case isRequired = "required"
  }
}
