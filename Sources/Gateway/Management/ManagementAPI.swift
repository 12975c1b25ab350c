import Identity
import Model
import Store

/// The server's own addresses. What is not in `routes` does not exist, and a row that does not say who may use it
/// does not compile.
struct ManagementAPI: Sendable {
  let services: GatewayServices
  let configuration: GatewayConfiguration
  let authentication: Authentication
  let bodies: BodyBudget
  /// The OpenAPI document, which is the same for all who ask; made once, of `routes`.
  private(set) var document = HTTPAnswer.nothing

  init(services: GatewayServices, configuration: GatewayConfiguration, authentication: Authentication) {
    self.services = services
    self.configuration = configuration
    self.authentication = authentication
    bodies = BodyBudget(capacity: 2 * configuration.deploymentLimit)
    document = .json(OpenAPIDocument(routes: routes, version: services.version).value)
  }

  /// Answers by the row of `routes` that the request names. Whoever may not use a row does not reach its handler.
  func answer(_ exchange: Exchange, among routes: [APIRoute]) async throws -> HTTPAnswer {
    let matches = routes.compactMap { route in route.match(exchange.target).map { (route: route, names: $0) } }
    guard !matches.isEmpty else { return .problem(.notHere) }
    let method = exchange.method == "HEAD" ? "GET" : exchange.method
    guard let (route, names) = matches.first(where: { $0.route.method == method }) else {
      let allowed = matches.map(\.route.method).sorted()
      return .problem(
        .methodNotAllowed(exchange.method, allowed: allowed),
        headers: [HeaderField(name: "Allow", value: allowed.joined(separator: ", "))])
    }
    if case .open(let handler) = route.access {
      return try await handler(APICall(route, exchange, names: names))
    }
    // Who asks comes before what they ask: strangers get 401 whatever is wrong with the rest.
    guard let principal = try await authentication.principal(of: exchange) else {
      throw Problem.unauthenticated(exchange)
    }
    let call = try APICall(route, exchange, names: names)
    switch route.access {
    case .open(let handler): return try await handler(call)
    case .key(let role, let handler):
      try require(role, of: principal)
      return try await handler(call, principal)
    case .host(let role, let handler):
      try require(role, of: principal)
      guard principal.mayOnHost(role) else {
        throw Problem(.forbidden, "the key may not do this", rule: "a key of the whole host")
      }
      return try await handler(call, principal)
    case .instance(let role, let handler):
      let instance = try await instance(named: call.query.text("instance"), for: principal)
      try require(role, of: principal)
      return try await handler(call, principal, instance)
    case .run(let role, let orOwner, let handler):
      let (run, instance) = try await run(call, for: principal)
      let isOwner = orOwner && run.cause.key == principal.key.id
      if !isOwner { try require(role, of: principal) }
      return try await handler(call, principal, instance, run)
    case .schedule(let role, let handler):
      let (schedule, instance) = try await schedule(call, for: principal)
      try require(role, of: principal)
      return try await handler(call, principal, instance, schedule)
    case .trigger(let role, let handler):
      let (trigger, instance) = try await trigger(call, for: principal)
      try require(role, of: principal)
      return try await handler(call, principal, instance, trigger)
    }
  }

  /// The instance that is named, or the key's own, or `main`.
  ///
  /// - Throws: `Problem` `notFound`, the same for one that is not there and one that is not the key's.
  func instance(named name: String?, for principal: Principal) async throws -> Instance {
    let found: Instance? =
      if let name {
        try await services.store.instances.find(name: name)
      } else if let own = principal.key.instance {
        try await services.store.instances.find(own)
      } else {
        try await services.store.instances.find(name: "main")
      }
    guard let found, principal.belongs(to: found) else {
      throw Problem(.notFound, "there is no such instance", field: "instance")
    }
    return found
  }

  private func run(_ call: APICall, for principal: Principal) async throws -> (Run, Instance) {
    guard let id = call.names["id"].flatMap({ ID<Run>($0) }), let run = try await services.store.runs.find(id),
      let instance = try await services.store.instances.find(run.instance), principal.belongs(to: instance)
    else { throw Problem(.notFound, "there is no such run") }
    return (run, instance)
  }

  private func schedule(_ call: APICall, for principal: Principal) async throws -> (Schedule, Instance) {
    guard let id = call.names["id"].flatMap({ ID<Schedule>($0) }),
      let schedule = try await services.store.schedules.find(id),
      let instance = try await services.store.instances.find(schedule.instance), principal.belongs(to: instance)
    else { throw Problem(.notFound, "there is no such schedule") }
    return (schedule, instance)
  }

  private func trigger(_ call: APICall, for principal: Principal) async throws -> (Trigger, Instance) {
    guard let id = call.names["id"].flatMap({ ID<Trigger>($0) }),
      let trigger = try await services.store.triggers.find(id),
      let instance = try await services.store.instances.find(trigger.instance), principal.belongs(to: instance)
    else { throw Problem(.notFound, "there is no such trigger") }
    return (trigger, instance)
  }

  private func require(_ role: Role, of principal: Principal) throws {
    guard principal.key.role.includes(role) else {
      throw Problem(
        .forbidden, "the key may not do this", rule: "role \(role.rawValue)",
        hint: "the key \(principal.key.name) has the role \(principal.key.role.rawValue)")
    }
  }
}
