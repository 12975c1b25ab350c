public import Model

/// Where the gateway listens, and what it bears from a client before it lets go. Every bound has a default.
public struct GatewayConfiguration: Sendable {
  public var host: String
  /// 0 lets the system choose; the server tells which it chose.
  public var port: Int
  /// How long a request's head may take, from its first byte to its last; for the first request of a connection, from
  /// the connection on.
  public var headDeadline: Duration
  /// Bytes of a request's line and header together.
  public var headLimit: Int
  /// The window in which a client that owes the rest of a body must deliver something, and `bodyRate` on average. Time
  /// in which the server itself does not read does not count.
  public var bodyDeadline: Duration
  /// Bytes a second.
  public var bodyRate: Int
  /// How long a connection without a request is kept.
  public var idleDeadline: Duration
  /// How long a client may leave its receive window full.
  public var writeDeadline: Duration
  /// How long a connection that the server ends stays readable for its client.
  public var lingerDeadline: Duration
  /// Connections at once; further ones are answered 503 and closed.
  public var connections: Int
  /// Bytes of a body that is read whole: JSON, a form, or that of an asynchronous run.
  public var bufferedBodyLimit: Int
  /// Bytes of a body that carries the files of hooks: a deployment, an import. Twice as much is held at once.
  public var deploymentLimit: Int
  /// Bytes of a body that is streamed.
  public var bodyLimit: Int64
  /// How often a silent log stream sends a comment, so that proxies keep it open.
  public var heartbeat: Duration
  /// Whether `GET /metrics` answers without a key.
  public var metricsArePublic: Bool
  /// How often anybody may ask, be it for hooks or for the management API.
  public var rate = RateRule()
  /// How many keys that do not work may come from one address; `nil` is `standardFailedKeys`, and none from this machine
  /// itself.
  public var failedKeys: Rate?
  /// The proxies whose word on the caller's address is taken (`X-Forwarded-For`).
  public var trustedProxies: [AddressRange] = []

  /// The names of the instances that the server's own configuration makes at each start: the API neither renames nor
  /// removes them.
  public var configuredInstances: Set<String> = []

  public static let standardFailedKeys = Rate(count: 60, interval: .seconds(60))

  public init(
    host: String = "127.0.0.1", port: Int = 8080, headDeadline: Duration = .seconds(10), headLimit: Int = 64 << 10,
    bodyDeadline: Duration = .seconds(10), bodyRate: Int = 100, idleDeadline: Duration = .seconds(60),
    writeDeadline: Duration = .seconds(30), lingerDeadline: Duration = .seconds(2), connections: Int = 4096,
    bufferedBodyLimit: Int = 1 << 20, deploymentLimit: Int = 96 << 20, bodyLimit: Int64 = 1 << 30,
    heartbeat: Duration = .seconds(15), metricsArePublic: Bool = false
  ) {
    self.host = host
    self.port = port
    self.headDeadline = headDeadline
    self.headLimit = headLimit
    self.bodyDeadline = bodyDeadline
    self.bodyRate = bodyRate
    self.idleDeadline = idleDeadline
    self.writeDeadline = writeDeadline
    self.lingerDeadline = lingerDeadline
    self.connections = connections
    self.bufferedBodyLimit = bufferedBodyLimit
    self.deploymentLimit = deploymentLimit
    self.bodyLimit = bodyLimit
    self.heartbeat = heartbeat
    self.metricsArePublic = metricsArePublic
  }

  /// Whether only this machine can reach the listener.
  public var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// - Parameter hasKeys: whether there is a key that somebody could be asked for.
  /// - Throws: `Problem` `invalid` for a bound that cannot be, or a listener that others could reach while there are no
  ///   keys.
  public func validate(hasKeys: Bool) throws(Problem) {
    guard (0...65_535).contains(port) else {
      throw Problem(.invalid, "there is no such port: \(port)", field: "listen", rule: "0 to 65535")
    }
    let deadlines = [
      ("head_deadline", headDeadline), ("body_deadline", bodyDeadline), ("idle_deadline", idleDeadline),
      ("write_deadline", writeDeadline), ("linger_deadline", lingerDeadline), ("heartbeat", heartbeat),
    ]
    for (field, deadline) in deadlines where deadline <= .zero || deadline > .seconds(86_400) {
      throw Problem(.invalid, "the deadline cannot be used", field: field, rule: "more than 0, at most 24h")
    }
    let bounds = [
      ("head_limit", Int64(headLimit), Int64(1 << 20)), ("connections", Int64(connections), 1 << 20),
      ("buffered_body_limit", Int64(bufferedBodyLimit), 64 << 20),
      ("deployment_limit", Int64(deploymentLimit), 1 << 30), ("body_limit", bodyLimit, 1 << 50),
    ]
    for (field, bound, most) in bounds where bound < 1 || bound > most {
      throw Problem(.invalid, "the bound cannot be used", field: field, rule: "1 to \(most)")
    }
    guard (0...1 << 30).contains(bodyRate) else {
      throw Problem(.invalid, "the rate cannot be used", field: "body_rate", rule: "0 to \(1 << 30)")
    }
    guard isLoopback || hasKeys else {
      throw Problem(
        .invalid, "the server does not listen on \(host) while there are no keys: anybody could use it",
        field: "listen", rule: "loopback only, until there is a key", hint: "make one with: grapnel keys create")
    }
  }
}
