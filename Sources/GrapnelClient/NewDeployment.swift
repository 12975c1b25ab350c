/// The body of a request that deploys a hook.
struct NewDeployment: Encodable {
  var files: [DeployedFile]
  var dryRun: Bool
  var expectedVersion: Int64?

  private enum CodingKeys: String, CodingKey {
    case files
    case dryRun = "dry_run"
    case expectedVersion = "expected_version"
  }
}
