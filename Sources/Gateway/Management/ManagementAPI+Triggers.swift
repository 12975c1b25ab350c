import Content
import Identity
import Model
import Store

/// What starts hooks when data change or events happen. Those that a hook declares can be seen, enabled and disabled;
/// what they are, their `hook.yaml` says.
extension ManagementAPI {
  private static let bodyLimit = 64 << 10

  func listTriggers(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    var filter = TriggerFilter(instance: instance.id, isEnabled: try call.query.flag("enabled"))
    if let name = call.query.text("hook") {
      guard let hook = try await services.store.hooks.find(instance: instance.id, name: name) else {
        throw Problem(.notFound, "there is no such hook", field: "hook")
      }
      filter.hook = hook.id
    }
    let limit = try call.query.limit()
    let triggers = try await services.store.triggers.list(
      filter, after: try call.query.integer("cursor", in: 0...Int64.max) ?? 0, limit: limit)
    var items: [TriggerResource] = []
    for trigger in triggers { items.append(try await resource(trigger, instance)) }
    return .json(Page(items: items, nextCursor: triggers.count == limit ? triggers.last.map { "\($0.serial)" } : nil))
  }

  func showTrigger(
    _ call: APICall, _ principal: Principal, _ instance: Instance, _ trigger: Trigger
  ) async throws -> HTTPAnswer {
    .json(try await resource(trigger, instance))
  }

  func createTrigger(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let members = try await call.members(limit: Self.bodyLimit).filter { $0.value != .null }
    guard let hookName = try members.text("hook") else {
      throw Problem(.invalid, "the member is missing", field: "/hook", rule: "required")
    }
    let name = try members.text("name")
    if let name { try Name.validate(name, field: "/name") }
    let hook = try await hookInBody(named: hookName, instance)
    let now = services.clock.now
    let definition = try Self.definition(members, instance)
    let trigger = Trigger(
      id: ID(at: now), instance: instance.id, hook: hook.id, hookName: hook.name,
      name: name ?? definition.derivedName, definition: definition, isEnabled: try members.flag("enabled") ?? true,
      createdAt: now, updatedAt: now)
    let made: Trigger
    do {
      made = try await services.store.triggers.add(
        trigger, most: Trigger.mostOfInstance, by: principal.actor, at: now)
    } catch var problem as Problem where problem.field == "name" {
      problem.field = "/name"
      if name == nil { problem.hint = "give it a name of its own" }
      throw problem
    }
    return .json(
      try await resource(made, instance), status: 201,
      headers: [HeaderField(name: "Location", value: "/api/v1/triggers/\(made.id)")])
  }

  func updateTrigger(
    _ call: APICall, _ principal: Principal, _ instance: Instance, _ trigger: Trigger
  ) async throws -> HTTPAnswer {
    let members = try await call.members(limit: Self.bodyLimit)
    let changes = members.filter { TriggerDefinition.keys.contains($0.key) }
    var definition: TriggerDefinition?
    if !changes.isEmpty {
      try Self.requireOwn(trigger)
      definition = try Self.definition(Self.merge(changes, into: trigger.definition), instance)
    }
    let expected = try members.number("expected_revision", in: 1...Int64.max)
    let updated = try await services.store.triggers.update(
      trigger.id, definition: definition, isEnabled: try members.flag("enabled"),
      // What the change was made of must still be so.
      expected: expected ?? (definition == nil ? nil : trigger.revision), by: principal.actor, at: services.clock.now)
    return .json(try await resource(updated, instance))
  }

  func removeTrigger(
    _ call: APICall, _ principal: Principal, _ instance: Instance, _ trigger: Trigger
  ) async throws -> HTTPAnswer {
    try Self.requireOwn(trigger)
    let isRemoved = try await services.store.triggers.remove(trigger.id, by: principal.actor, at: services.clock.now)
    guard isRemoved else { throw Problem(.notFound, "there is no such trigger") }
    return .nothing
  }

  // MARK: - Custom events

  func emitEvent(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let members = try await call.members(limit: 2 * Self.bodyLimit)
    guard let kind = try members.text("kind") else {
      throw Problem(.invalid, "the member is missing", field: "/kind", rule: "required")
    }
    do {
      let event = try await services.runs.emit(
        kind, data: members["data"] ?? [:], in: instance.id, by: principal.actor)
      return .json(EventResource(event, instance: instance.name), status: 201)
    } catch {
      throw Self.pointing(error)
    }
  }

  // MARK: - Checks

  private static func definition(
    _ members: [String: JSONValue], _ instance: Instance
  ) throws -> TriggerDefinition {
    do {
      let definition = try TriggerDefinition(members)
      try TriggerAdmission.check(definition, instance: instance.name)
      return definition
    } catch {
      throw pointing(error)
    }
  }

  /// The members of a definition with some others; what it looks at is one thing, so that another takes the place of it.
  private static func merge(
    _ changes: [String: JSONValue], into definition: TriggerDefinition
  ) -> [String: JSONValue] {
    var members = definition.members
    let sources = TriggerSource.Key.allCases.map(\.rawValue)
    if let source = sources.first(where: { changes[$0] ?? .null != .null }) {
      for other in sources where other != source { members[other] = nil }
    }
    for (name, value) in changes {
      if value == .null { members.removeValue(forKey: name) } else { members[name] = value }
    }
    return members
  }

  private static func requireOwn(_ trigger: Trigger) throws {
    guard trigger.origin == .api else {
      throw Problem(
        .conflict, "the trigger \(trigger.name) is declared by the hook \(trigger.hookName)",
        hint: "change its hook.yaml and deploy that, or disable the trigger")
    }
  }

  /// A problem of a body, with a pointer into it in place of dotted names.
  private static func pointing(_ error: any Error) -> any Error {
    guard var problem = error as? Problem else { return error }
    if problem.field?.hasPrefix("/") != true {
      problem.field = problem.field.map { "/" + $0.replacing(".", with: "/") } ?? "body"
    }
    return problem
  }

  private func resource(_ trigger: Trigger, _ instance: Instance) async throws -> TriggerResource {
    let (runs, _) = try await services.store.runs.list(
      RunFilter(instance: instance.id, trigger: trigger.id), cursor: nil, limit: 1)
    return TriggerResource(trigger, instance: instance.name, last: runs.first)
  }
}
