import Doors
import HTTPTypes
import HummingbirdCore
import Logging
import Model
import NIOCore

/// Answers one request after the other: the server's own addresses by the management API's table, all others by hooks.
struct GatewayResponder: Sendable {
  let services: GatewayServices
  let configuration: GatewayConfiguration
  let door: RunDoor
  let api: ManagementAPI
  private let routes: [APIRoute]
  private let meters: HTTPMeters
  private let limits: RateLimits

  init(services: GatewayServices, configuration: GatewayConfiguration) {
    self.services = services
    self.configuration = configuration
    limits = RateLimits(configuration, now: services.uptime)
    let authentication = Authentication(keys: services.keys, limits: limits)
    door = RunDoor(services: services, configuration: configuration, authentication: authentication)
    api = ManagementAPI(services: services, configuration: configuration, authentication: authentication)
    routes = api.routes
    meters = HTTPMeters(services.metrics)
  }

  /// The bytes of a body that are looked at on the connection's own thread.
  private static let mostOnConnection: Int64 = 16 << 10
  private static let forwardedFor = HTTPField.Name("X-Forwarded-For")!

  func respond(
    to request: Request, on channel: any Channel, watch: CallerWatch, with writer: consuming ResponseWriter
  ) async throws {
    let body = RequestBodyReader(request, limit: configuration.bodyLimit, watch: watch)
    var answer: HTTPAnswer
    var door = HTTPMeters.Door.api
    var rates: RateNotes?
    do {
      let path = request.head.path ?? ""
      let peer = channel.remoteAddress?.ipAddress
      let address = ClientAddress.resolve(
        peer: peer, forwarded: request.headers[values: Self.forwardedFor],
        trusting: configuration.trustedProxies)
      let exchange = Exchange(
        method: request.method.rawValue, target: try RequestTarget(path), headers: request.headers,
        authority: request.head.authority, remoteAddress: address, body: body, watch: watch,
        trace: TraceContext(continuing: HTTPField.Name("traceparent").flatMap { request.headers[$0] }))
      rates = exchange.rates
      if let other = otherDoor(exchange.target) {
        door = .data
        try limits.enter(exchange)
        let isForwarded = ClientAddress.isTrusted(peer, configuration.trustedProxies)
        let request = DoorRequest(
          exchange, path: String(path.prefix { $0 != "?" && $0 != "#" }), isForwarded: isForwarded, limits: limits)
        answer = HTTPAnswer(
          await withTaskExecutorPreference(globalConcurrentExecutor) { await other.answer(request) })
      } else {
        if !isOwn(exchange.target) { door = .hooks }
        answer = try await route(exchange)
      }
    } catch {
      if !(error is Problem) { services.logger.error("a request failed", metadata: ["error": "\(error)"]) }
      answer = .problem(.shown(error))
    }
    meters.count(answer.status, at: door)
    var isLast = false
    if case .bytes = answer.body, body.isUnfinished {
      // Reading the rest only to throw it away would cost more than a new connection.
      isLast = true
      answer.headers.append(HeaderField(name: "Connection", value: "close"))
    }
    answer.headers += rates?.headers ?? []
    answer.headers.append(HeaderField(name: "Date", value: HTTPDate.text(services.clock.now)))
    do {
      try await answer.write(to: writer, method: request.method, watch: watch)
      await body.close(isCut: isLast)
    } catch {
      await body.close(isCut: true)
      throw error
    }
  }

  private func otherDoor(_ target: RequestTarget) -> (any Door)? {
    services.doors.isEmpty ? nil : services.doors[String(target.segments.first ?? "")]
  }

  private func isOwn(_ target: RequestTarget) -> Bool {
    ["api", "healthz", "metrics"].contains(target.name(at: 0))
  }

  private func route(_ exchange: Exchange) async throws -> HTTPAnswer {
    let first = exchange.target.name(at: 0)
    if isOwn(exchange.target) {
      // Whoever watches over the server must not be told that it is ill because others ask much.
      if first == "api" { try limits.enter(exchange) }
      // What may take long is not for the connections' threads.
      return try await withTaskExecutorPreference(globalConcurrentExecutor) {
        try await api.answer(exchange, among: routes)
      }
    }
    guard exchange.target.segments.count >= 2, first.map(Name.reservedForInstances.contains) != true else {
      return .problem(.notHere)
    }
    guard exchange.body.exists, exchange.body.declaredLength.map({ $0 > Self.mostOnConnection }) ?? true else {
      return try await door.answer(exchange)
    }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await door.answer(exchange) }
  }
}
