import Engine
import Gateway
import Logging
import Model
import Runtimes

/// What the operator decides: the content of the file of `--config`, all of it optional.
///
/// ```yaml
/// listen: 127.0.0.1:8080
/// sandbox: {level: full, user: grapnel, uid_base: 200000, mounts: [/opt/node], allow_host_network: false}
/// runs: {capacity: 1280, per_instance: 1152, grace: 2s, stop_grace: 5s}
/// instances: {shop: /srv/shop/hooks}
/// http: {connections: 4096, body: 1GiB, buffered_body: 1MiB, deployment: 96MiB, rate: {per_address: 50/1s}}
/// dependencies: {install: off, environment: {PIP_INDEX_URL: https://pypi.example.org/simple}}
/// data: {create_buckets: accounts, history: false}
/// accounts: {registration: closed}
/// schedules: {zones: /usr/share/zoneinfo}
/// metrics: {public: false}
/// retention: {runs: {age: 30d, count: 1000000, bytes: 10GiB}}
/// log: {level: info}
/// ```
struct ServerConfiguration: Hashable, Codable {
  enum Level: String, CaseIterable, Codable {
    case full
    case user
  }

  /// The most instances that have folders of their own: each is a mount of a server that has given up root.
  static let instancesMax = 24

  var listen: ListenAddress?
  /// `nil` takes `full` when the server is started as root and `user` otherwise.
  var level: Level?
  /// The name or number of the user that a server started as root becomes.
  var user: String?
  /// The first of the user ids that runs have outside their sandbox, level `full`.
  var uidBase: UInt32 = 200_000
  /// Folders of the host that runs see read-only at the same path, beside the system's.
  var mounts: [String] = []
  var allowsHostNetwork = false
  /// Folders of hooks by the name of their instance, beside the folder of `main`, which the command line names.
  var instances: [String: String] = [:]
  var capacity = 1280
  var capacityOfInstance = 1152
  var grace = Duration.seconds(2)
  var stopGrace = Duration.seconds(5)
  var connections = 4096
  var bodyLimit = ByteSize.gibibytes(1)
  var bufferedBodyLimit = ByteSize.mebibytes(1)
  var deploymentLimit = ByteSize.mebibytes(96)
  /// What lists of dependencies of hooks may do.
  var installation = InstallationRule()
  /// The folder of time zones; `nil` takes that of the host's tzdata package.
  var zones: String?
  var data = DataRule()
  var metricsArePublic = false
  var retention = Retention()
  var rate = RateRule()
  /// `nil` takes the gateway's own bound.
  var failedKeys: Rate?
  /// As they were written; all of them can be read.
  var trustedProxies: [String] = []
  var logLevel = Logger.Level.info

  var engine: EngineConfiguration {
    EngineConfiguration(
      capacity: capacity, capacityOfInstance: capacityOfInstance, allowsHostNetwork: allowsHostNetwork, grace: grace,
      stopGrace: stopGrace)
  }

  func gateway(at address: ListenAddress) -> GatewayConfiguration {
    var gateway = GatewayConfiguration(
      host: address.host, port: address.port, connections: connections,
      bufferedBodyLimit: Int(bufferedBodyLimit.bytes), deploymentLimit: Int(deploymentLimit.bytes),
      bodyLimit: bodyLimit.bytes, metricsArePublic: metricsArePublic)
    gateway.configuredInstances = Set(instances.keys)
    gateway.rate = rate
    gateway.failedKeys = failedKeys
    gateway.trustedProxies = trustedProxies.compactMap(AddressRange.init(text:))
    return gateway
  }
}
