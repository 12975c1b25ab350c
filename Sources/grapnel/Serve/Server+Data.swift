import DialectKinto
import Identity
import Logging
import Model
import Records
import Store

extension Server {
  /// Records and accounts, and the door that leads to them.
  ///
  /// - Parameter secret: what personal buckets are named under, and right passwords remembered.
  func makeDataDoor(
    _ rule: DataRule, _ store: any RecordStore, secret: ServerSecret, keys: KeyRing, clock: any WallClock,
    logger: Logger
  ) throws -> KintoDoor {
    let accounts = try Accounts(store: store, secret: secret, clock: clock)
    let records = RecordService(
      store: store, clock: clock, configuration: rule.configuration { secret.personalBucket(of: $0) },
      accountChanged: { accounts.forget($0) })
    return KintoDoor(
      service: records, accounts: accounts, keys: keys,
      configuration: KintoConfiguration(
        version: ProductVersion.text, basicAuthSecret: rule.takesAnyPassword ? [] : nil, clock: clock),
      report: { logger.error("a request for data failed", metadata: ["error": "\($0)"]) })
  }
}
