import Model

/// The body of a request that starts a run.
struct RunOrder: Encodable {
  var payload: JSONValue
  var async: Bool
}
