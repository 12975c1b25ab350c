public import Model
import Store

/// Who somebody is to the data side, by what they have shown.
extension RecordService {
  /// Somebody without credentials.
  public var anonymous: Requester {
    Requester(user: nil, rights: configuration.registrationIsOpen ? .createAccounts : [])
  }

  /// Somebody known under a name, such as `account:ada`.
  public func requester(named user: String) -> Requester {
    var rights = anonymous.rights
    if configuration.accountsMayCreateBuckets { rights.insert(.createBuckets) }
    return Requester(user: user, rights: rights)
  }

  /// The holder of a key. Rights on data follow the role: viewers read, editors write, an admin of the whole host may do
  /// everything with buckets and accounts; invokers may only do what access lists give them by name.
  public func requester(of key: Key) -> Requester {
    let user = "key:\(key.id)"
    guard let instance = key.instance else { return Requester(user: user, rights: rights(of: key.role)) }
    let permissions: Set<DataPermission> =
      switch key.role {
      case .invoker: []
      case .viewer: [.read]
      case .editor, .admin: [.write]
      }
    return Requester(user: user, rights: [], instance: instance, instancePermissions: permissions)
  }

  private func rights(of role: Role) -> Requester.Rights {
    switch role {
    case .invoker: []
    case .viewer: .readBuckets
    case .editor:
      configuration.accountsMayCreateBuckets
        ? [.readBuckets, .writeBuckets, .createBuckets] : [.readBuckets, .writeBuckets]
    case .admin: .everything
    }
  }
}
