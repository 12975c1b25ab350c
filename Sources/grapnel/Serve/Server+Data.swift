import DialectKinto
import Engine
import Identity
import Logging
import Model
import Records
import Store

extension Server {
  /// Records and accounts, and the door that leads to them; runs of the engine reach them too, and hear of their changes.
  ///
  /// - Parameter secret: what personal buckets are named under, and right passwords remembered.
  func makeDataDoor(
    _ rule: DataRule, _ store: any RecordStore, engine: Engine, secret: ServerSecret, keys: KeyRing,
    clock: any WallClock, logger: Logger
  ) async throws -> KintoDoor {
    let accounts = try Accounts(store: store, secret: secret, clock: clock)
    let records = RecordService(
      store: store, clock: clock, configuration: rule.configuration { secret.personalBucket(of: $0) },
      observer: engine, reviewer: engine, fieldHooks: engine, accountChanged: { accounts.forget($0) })
    await engine.serve(records)
    return KintoDoor(
      service: records, accounts: accounts, keys: keys,
      configuration: KintoConfiguration(
        version: ProductVersion.text, basicAuthSecret: rule.takesAnyPassword ? [] : nil, clock: clock),
      report: { logger.error("a request for data failed", metadata: ["error": "\($0)"]) })
  }
}
