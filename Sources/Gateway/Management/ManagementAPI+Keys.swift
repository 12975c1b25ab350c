import Identity
import Model
import Store

/// A key of the whole host sees and makes all keys; a key of an instance only those of its instance.
extension ManagementAPI {
  func listKeys(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    var instance: ID<Instance>?
    if call.query.text("instance") != nil || principal.key.instance != nil {
      instance = try await self.instance(named: call.query.text("instance"), for: principal).id
    }
    var names: [ID<Instance>: String] = [:]
    for instance in try await services.store.instances.list() { names[instance.id] = instance.name }
    let last = try call.query.text("cursor").map { text in
      guard let id = ID<Key>(text) else { throw APIQuery.badCursor }
      return id
    }
    let limit = try call.query.limit()
    let keys = try await services.keys.keys(of: instance, after: last, limit: limit)
    return .json(
      Page(
        items: keys.map { key in KeyResource(key, instance: key.instance.flatMap { names[$0] }) },
        nextCursor: keys.count == limit ? keys.last?.id.text : nil))
  }

  func createKey(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    let members = try await call.members(limit: 64 << 10)
    var texts: [String: String] = [:]
    for (name, value) in members where value != .null {
      guard let text = value.stringValue else {
        throw Problem(.invalid, "the member cannot be read", field: "/\(name)", rule: "a string")
      }
      texts[name] = text
    }
    for name in ["name", "role"] where texts[name] == nil {
      throw Problem(.invalid, "the member is missing", field: "/\(name)", rule: "required")
    }
    let role = try APIQuery.choice(texts["role"] ?? "", field: "/role", Role.self)
    var instance: Instance?
    if texts["instance"] != nil || principal.key.instance != nil {
      instance = try await self.instance(named: texts["instance"], for: principal)
    }
    let (key, secret) = try await services.keys.create(
      name: texts["name"] ?? "", role: role, instance: instance?.id, expiresAt: try expiry(texts),
      by: principal.actor)
    return .json(
      KeyResource(key, instance: instance?.name, secret: secret), status: 201,
      headers: [HeaderField(name: "Location", value: "/api/v1/keys/\(key.id)")])
  }

  func removeKey(_ call: APICall, _ principal: Principal) async throws -> HTTPAnswer {
    guard let id = call.names["id"].flatMap({ ID<Key>($0) }),
      try await services.keys.keys(of: principal.key.instance).contains(where: { $0.id == id }),
      try await services.keys.remove(id, by: principal.actor)
    else { throw Problem(.notFound, "there is no such key") }
    return .nothing
  }

  private func expiry(_ texts: [String: String]) throws -> Timestamp? {
    if let text = texts["expires_at"] {
      guard let time = Timestamp(rfc3339: text) else {
        throw Problem(
          .invalid, "the member cannot be read", field: "/expires_at", rule: "a time such as 2026-11-21T11:04:42Z")
      }
      return time
    }
    guard let text = texts["expires_in"] else { return nil }
    guard let duration = Duration(text: text), duration > .zero else {
      throw Problem(.invalid, "the member cannot be read", field: "/expires_in", rule: "a duration such as 30d")
    }
    return services.clock.now + duration
  }
}
