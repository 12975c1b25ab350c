public import Model

extension JSONValue {
  /// The value after a JSON Merge Patch (RFC 7396).
  public func merged(with patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var members = objectValue ?? [:]
    for (name, change) in changes {
      if change == .null {
        members.removeValue(forKey: name)
      } else {
        members[name] = (members[name] ?? .null).merged(with: change)
      }
    }
    return .object(members)
  }
}
