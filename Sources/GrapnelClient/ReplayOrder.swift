/// The body of a request that runs a hook again.
struct ReplayOrder: Encodable {
  var async: Bool
  var version: Int64?
  var asRecorded: Bool?

  private enum CodingKeys: String, CodingKey {
    case async, version
    case asRecorded = "as_recorded"
  }
}
