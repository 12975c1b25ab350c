/// What a trigger looks at.
public enum TriggerSource: Hashable, Sendable {
  /// Records of the class of that name in the instance's bucket, or with `*` of any class.
  case recordClass(String)
  /// Who is in the group of that name in the instance's bucket, or with `*` in any group.
  case group(String)
  /// The accounts of the host.
  case account
  /// Custom events of that kind, or with `PREFIX.*` of all kinds that begin with `PREFIX.`.
  case event(String)

  /// The key of a definition that names it.
  public enum Key: String, Hashable, Sendable, CaseIterable {
    case recordClass = "class"
    case group, account, event
  }

  public static let any = "*"

  public var key: Key {
    switch self {
    case .recordClass: .recordClass
    case .group: .group
    case .account: .account
    case .event: .event
    }
  }

  /// The name or pattern in it.
  public var pattern: String {
    switch self {
    case .recordClass(let name), .group(let name), .event(let name): name
    case .account: ""
    }
  }

  /// Whether it covers a thing of that kind and name; for accounts the name does not matter.
  public func covers(_ kind: Key, _ name: String) -> Bool {
    switch self {
    case .recordClass(let own): kind == .recordClass && (own == name || own == Self.any)
    case .group(let own): kind == .group && (own == name || own == Self.any)
    case .account: kind == .account
    case .event(let own): kind == .event && EventKind.matches(name, pattern: own)
    }
  }
}
