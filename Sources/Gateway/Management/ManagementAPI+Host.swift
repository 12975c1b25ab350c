import Identity
import Model
import Store

extension ManagementAPI {
  private struct Health: Encodable {
    var status = "ok"
  }

  private struct Version: Encodable {
    var name = "grapnel"
    var version: String
    var api = "v1"
  }

  func health(_ call: APICall) async throws -> HTTPAnswer {
    .json(Health())
  }

  func version(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    .json(Version(version: services.version))
  }

  func description(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    .json(OpenAPIDocument(routes: routes, version: services.version).value)
  }

  func listInstances(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    let after = try call.query.integer("cursor", in: 0...Int64.max)
    let limit = try call.query.limit()
    if let own = principal.key.instance {
      let instance = try await services.store.instances.find(own)
      return .json(Page(items: after == nil ? [instance].compactMap(\.self).map(InstanceResource.init) : []))
    }
    let instances = try await services.store.instances.list(after: after ?? 0, limit: limit)
    return .json(
      Page(
        items: instances.map(InstanceResource.init),
        nextCursor: instances.count == limit ? instances.last.map { "\($0.serial)" } : nil))
  }

  /// A tenant is the operator's to make: a key of one instance may not, whatever its role.
  func createInstance(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    let members = try await call.members(limit: 64 << 10)
    guard let name = members["name"]?.stringValue else {
      throw Problem(.invalid, "the member cannot be read", field: "/name", rule: "a string")
    }
    try Name.validateInstance(name, field: "/name")
    let instance = try await services.store.instances.create(
      name: name, by: principal.actor, at: services.clock.now)
    return .json(InstanceResource(instance), status: 201)
  }
}
