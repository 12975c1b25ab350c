import Model

extension DataContent {
  /// The data of a whole object.
  var wholeData: [String: JSONValue]? {
    if case .whole(let data, _) = self { data } else { nil }
  }

  /// Whether it is a whole object, in which what is not there was left out.
  var isWhole: Bool {
    if case .whole = self { true } else { false }
  }

  var isSeveral: Bool {
    if case .several = self { true } else { false }
  }

  /// The password that the content gives an account in clear; what stores it wants `DataRequest.passwordHash` for it.
  public var password: String? {
    switch self {
    case .whole(let data, _), .members(let data, _): data?["password"]?.stringValue
    case .merge(let data, _): data?["password"]?.stringValue
    case .operations, .several: nil
    }
  }
}
