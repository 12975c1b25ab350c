public import Model
public import Store

/// Who asks, once that is known.
public struct Requester: Hashable, Sendable {
  /// What somebody may do whatever access lists say.
  public struct Rights: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    public static let createBuckets = Rights(rawValue: 1)
    public static let readBuckets = Rights(rawValue: 2)
    public static let writeBuckets = Rights(rawValue: 4)
    public static let createAccounts = Rights(rawValue: 8)
    public static let readAccounts = Rights(rawValue: 16)
    public static let writeAccounts = Rights(rawValue: 32)
    public static let everything: Rights = [
      .createBuckets, .readBuckets, .writeBuckets, .createAccounts, .readAccounts, .writeAccounts,
    ]
  }

  /// Who it is to access lists, such as `account:ada` or `key:01h…`; `nil` for somebody without credentials.
  public var user: String?
  public var rights: Rights
  /// What a key of one instance may do with that instance's data; `nil` for everybody else.
  public var instance: ID<Instance>?
  public var instancePermissions: Set<DataPermission>
  /// What has led to what it asks, if a run does; `nil` for people.
  public var cause: RunCause?
  /// Whether it is a hook of the instance, which sees and writes what a class hides from everybody else.
  public var isHook: Bool

  /// The classes whose records it has to do with, whatever its rights are; `nil` for all.
  public var scope: ClassScope?

  public init(
    user: String?, rights: Rights, instance: ID<Instance>? = nil, instancePermissions: Set<DataPermission> = [],
    cause: RunCause? = nil, isHook: Bool = false,
    scope: ClassScope? = nil
  ) {
    self.user = user
    self.rights = rights
    self.instance = instance
    self.instancePermissions = instancePermissions
    self.cause = cause
    self.isHook = isHook
    self.scope = scope
  }
}
