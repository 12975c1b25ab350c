/// The body of a request that changes a hook; what is missing stays as it is.
struct HookChange: Encodable {
  var enabled: Bool?
  var name: String?
  var version: Int64?
  var expectedVersion: Int64?

  private enum CodingKeys: String, CodingKey {
    case enabled, name, version
    case expectedVersion = "expected_version"
  }
}
