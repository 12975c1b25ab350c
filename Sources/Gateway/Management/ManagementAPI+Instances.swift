import Engine
import Identity
import Model
import Store

extension ManagementAPI {
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

  /// Its id, number, keys, hooks, runs and all else stay with it; only addresses have the name.
  func renameInstance(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    let instance = try await changeableInstance(call)
    let members = try await call.members(limit: 64 << 10)
    guard let name = try members.text("name") else {
      throw Problem(.invalid, "the member is missing", field: "/name", rule: "required")
    }
    try Name.validateInstance(name, field: "/name")
    let renamed = try await services.store.instances.rename(
      instance.id, to: name, by: principal.actor, at: services.clock.now)
    return .json(InstanceResource(renamed))
  }

  /// From the store's word on nobody finds it, and no run of it starts; then what goes on is ended. What it had is
  /// deleted little by little by whoever keeps the store tidy.
  func removeInstance(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    let instance = try await changeableInstance(call)
    let isRemoved = try await services.store.instances.remove(
      instance.id, by: principal.actor, at: services.clock.now)
    guard isRemoved else { throw Self.noInstance }
    await services.runs.endAll(of: instance.id, by: principal.actor)
    return .nothing
  }

  private static var noInstance: Problem { Problem(.notFound, "there is no such instance", field: "instance") }

  /// The instance that the path names, if it may have another name or none.
  private func changeableInstance(_ call: APICall) async throws -> Instance {
    guard let name = call.names["instance"], let instance = try await services.store.instances.find(name: name) else {
      throw Self.noInstance
    }
    guard name != "main" else {
      throw Problem(.conflict, "main is always there, under this name", field: "instance")
    }
    guard !configuration.configuredInstances.contains(name) else {
      throw Problem(
        .conflict, "the server's configuration names the instance \(name), and would make it again", field: "instance",
        hint: "take instances.\(name) out of the configuration, and start the server again")
    }
    return instance
  }
}
