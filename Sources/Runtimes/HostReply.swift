public import Model

/// What the host answers a call.
public enum HostReply: Hashable, Sendable {
  /// For `hooks.run`: `run`, `status`, `headers`, `body` or, where that is not UTF-8, `base64`, and `result`.
  case success(JSONValue)
  case failure(Problem)

  /// The reply to the call `id`, as it goes over the channel.
  ///
  /// Its members are sorted by name and no space is between them, which the bootstrap of Bash relies on.
  public func frame(id: Int64) -> [UInt8] {
    var members: [String: JSONValue] = ["id": .int(id)]
    switch self {
    case .success(let result): members["result"] = result
    case .failure(let problem):
      members["error"] = ["code": .string(problem.code.rawValue), "message": .string(problem.description)]
    }
    return NetstringDecoder.encode(JSONValue.object(members).serializedBytes)
  }
}
