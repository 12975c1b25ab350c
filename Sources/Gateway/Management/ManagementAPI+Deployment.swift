import Content
import Identity
import Model
import Store

/// Changes of hooks. Each is one transaction of the store, with its event.
extension ManagementAPI {
  func deployHook(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let name = call.names["name"] ?? ""
    try Name.validate(name, field: "name")
    return try await bodies.reading(call.exchange.body, limit: configuration.deploymentLimit) { bytes in
      let body = try DeploymentBody(try call.members(of: bytes))
      let outcome = try await services.deployer.deploy(
        DeploymentOrder(
          instance: instance, name: name, files: body.files, actor: principal.actor,
          expectedVersion: body.expectedVersion, isDryRun: body.isDryRun))
      return .json(
        outcome,
        headers: outcome.dryRun ? [] : [HeaderField(name: "Location", value: "/api/v1/hooks/\(name)")])
    }
  }

  func listVersions(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let hook = try await hook(call, instance)
    let limit = try call.query.limit()
    let versions = try await services.store.hooks.versions(
      hook.id, before: try call.query.integer("cursor", in: 1...Int64.max), limit: limit)
    // Numbers count down to 1.
    let next = versions.count == limit ? versions.last.flatMap { $0.number > 1 ? "\($0.number)" : nil } : nil
    return .json(
      Page(
        items: versions.map { VersionResource($0, isActive: $0.number == hook.version.number) }, nextCursor: next))
  }

  func rollBackHook(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let members = try await call.members(limit: 64 << 10)
    let hook = try await services.deployer.rollBack(
      try await hook(call, instance), to: try members.number("version", in: 1...Int64.max),
      expected: try members.number("expected_version", in: 1...Int64.max), by: principal.actor)
    return .json(HookResource(hook, instance: instance.name))
  }

  func updateHook(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let members = try await call.members(limit: 64 << 10)
    let hook = try await services.store.hooks.update(
      try await hook(call, instance).id, enabled: try members.flag("enabled"), name: try members.text("name"),
      expected: try members.number("expected_version", in: 1...Int64.max), by: principal.actor,
      at: services.clock.now)
    return .json(HookResource(hook, instance: instance.name))
  }

  func removeHook(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let hook = try await hook(call, instance)
    let isRemoved = try await services.store.hooks.remove(
      hook.id, expected: try call.query.integer("expected_version", in: 1...Int64.max), by: principal.actor,
      at: services.clock.now)
    guard isRemoved else { throw Problem(.notFound, "there is no such hook") }
    return .json(HookRemovalResource(hook))
  }
}
