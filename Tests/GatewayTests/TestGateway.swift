import Content
import Doors
import Engine
import Foundation
import Gateway
import Identity
import Logging
import Model
import Store

/// A gateway that listens on a port of its own, over a store in memory and an engine that a test plays.
///
/// There are the instances `main` and `other`, each with the hooks `hello` (needs a key), `open` (public), `reader`
/// (public, GET and HEAD only) and `typed` (public, with the array parameter `tag`).
struct TestGateway: Sendable {
  let port: Int
  let store: MemoryStore
  let runs: FakeRuns
  let clock: ManualWallClock
  let keys: KeyRing
  let variables: Variables
  let main: Instance
  let other: Instance
  /// Secrets by what they are for: `admin` of the host, and `main-ROLE` and `other-ROLE`.
  let secrets: [String: String]
  let server: GatewayServer
  let deployer: HookDeployer
  let bundles: BundleStore

  func client(receiveBuffer: Int32? = nil) throws -> RawClient {
    try RawClient(port: port, receiveBuffer: receiveBuffer)
  }

  /// One request on a connection of its own.
  func request(
    _ method: String, _ target: String, key: String? = nil, headers: [String] = [], body: String? = nil
  ) async throws -> RawResponse {
    let secret = key.map { secrets[$0] ?? $0 }
    return try await client().request(method, target, key: secret, headers: headers, body: body)
  }

  static func with(
    doors: [String: any Door] = [:], _ configure: (inout GatewayConfiguration) -> Void = { _ in },
    _ body: @Sendable (TestGateway) async throws -> Void
  ) async throws {
    let store = MemoryStore()
    let clock = ManualWallClock()
    let keys = KeyRing(
      store: store, secret: try ServerSecret(bytes: [UInt8](repeating: 1, count: ServerSecret.length)), clock: clock)
    let variables = Variables(store: store, sealing: PlainSealing(), clock: clock)
    var secrets = ["admin": try await keys.create(name: "admin", role: .admin).secret]
    var instances: [Instance] = []
    for name in ["main", "other"] {
      let instance = try await store.create(name: name, at: clock.now)
      instances.append(instance)
      for role in Role.allCases {
        secrets["\(name)-\(role.rawValue)"] = try await keys.create(
          name: role.rawValue, role: role, instance: instance.id
        ).secret
      }
      let endpoints: [(String, EndpointRule)] = [
        ("hello", EndpointRule()), ("open", EndpointRule(isPublic: true)), ("typed", EndpointRule(isPublic: true)),
        ("reader", EndpointRule(isPublic: true, methods: ["GET", "HEAD"])),
      ]
      for (hook, endpoint) in endpoints {
        var definition = HookDefinition(runtime: "bash", entry: "main.sh", endpoint: endpoint)
        if hook == "typed" {
          definition.parameters = ["properties": ["tag": ["type": "array"], "name": ["type": "string"]]]
        }
        _ = try await store.deploy(
          instance: instance.id, name: hook,
          bundle: Bundle(hash: String(repeating: "a", count: 64), size: 1, fileCount: 1), definition: definition,
          origin: "folder", at: clock.now)
      }
    }
    // No deadline but those that a test sets: on a busy machine the tests' own clients are slow.
    var configuration = GatewayConfiguration(
      port: 0, headDeadline: .seconds(600), bodyDeadline: .seconds(600), idleDeadline: .seconds(600),
      writeDeadline: .seconds(600))
    configure(&configuration)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let runs = FakeRuns(store: store)
    let folder = FileManager.default.temporaryDirectory.path + "/grapnel-gateway-\(UUID().uuidString)"
    let bundles = try BundleStore(folder: folder)
    defer {
      // Bundles are write-protected folders.
      for hash in (try? bundles.hashes()) ?? [] { try? bundles.remove(hash) }
      try? FileManager.default.removeItem(atPath: folder)
    }
    let deployer = HookDeployer(
      store: store, bundles: bundles, runtimes: SomeRuntimes(), clock: clock, schedules: SomeZones.admission,
      preflight: { definition in
        definition.network == .host ? Problem(.forbidden, "not on this server", field: "network") : nil
      })
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    var services = GatewayServices(
      store: store, keys: keys, variables: variables, runs: runs, deployer: deployer, clock: clock,
      version: "1.2.3", logger: logger)
    services.doors = doors
    let server = GatewayServer(configuration: configuration, services: services) { port in
      continuation.yield(port)
    }
    let serving = Task {
      defer { continuation.finish() }
      try await server.run()
    }
    var bound: Int?
    for await port in ports {
      bound = port
      break
    }
    guard let bound else { return try await serving.value }
    let gateway = TestGateway(
      port: bound, store: store, runs: runs, clock: clock, keys: keys, variables: variables, main: instances[0],
      other: instances[1], secrets: secrets, server: server, deployer: deployer, bundles: bundles)
    do {
      try await body(gateway)
    } catch {
      await server.shutDown(within: .milliseconds(10))
      throw error
    }
    await server.shutDown(within: .milliseconds(10))
    try await serving.value
  }
}
