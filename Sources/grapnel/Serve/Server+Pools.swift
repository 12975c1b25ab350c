import Model
import Sandbox
import Store

extension Server {
  /// What the launcher keeps ready, with the names of the instances. What was a removed instance's is left out: it is
  /// about to go.
  static func pools(_ launcher: Launcher, _ store: any Store) async throws -> [PoolResource] {
    let pools = try await launcher.readyPools()
    var resources: [PoolResource] = []
    for pool in pools {
      let instance = try await store.instances.list(after: pool.serial - 1, limit: 1).first
      guard let instance, instance.serial == pool.serial else { continue }
      resources.append(resource(of: pool, instance))
    }
    return resources
  }

  private static func resource(of pool: ReadyPool, _ instance: Instance) -> PoolResource {
    PoolResource(
      instance: instance.name, runtime: pool.runtime, start: pool.mode, network: pool.network, pid: pool.processID,
      ready: pool.isReady, waiting: pool.waiting, served: pool.served, missed: pool.missed, losses: pool.losses,
      recycled: pool.recycled, idleSeconds: pool.idleSeconds, memoryBytes: pool.memory?.bytes)
  }
}
