import Content
import Identity
import Model
import Store

/// Variables and secrets, each at one level: of an instance, or of one of its hooks.
extension ManagementAPI {
  func listVariables(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let hook = try await variableHook(call.query.text("hook"), field: "hook", instance)
    let limit = try call.query.limit()
    var variables = try await services.variables.list(instance: instance.id, hook: hook?.id)[...]
    // A level is bounded and remembered whole.
    if let cursor = call.query.text("cursor") {
      guard let last = variables.firstIndex(where: { Self.cursor($0) == cursor }) else { throw APIQuery.badCursor }
      variables = variables[(last + 1)...]
    }
    let page = variables.prefix(limit)
    return .json(
      Page(
        items: page.map { Self.resource($0, instance: instance, hook: hook) },
        nextCursor: page.count < variables.count ? page.last.map(Self.cursor) : nil))
  }

  func setVariable(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let members = try await call.members(limit: configuration.bufferedBodyLimit)
    guard let value = members["value"] else {
      throw Problem(.invalid, "the member is missing", field: "/value", rule: "required")
    }
    guard let isSecret = (members["secret"] ?? false).boolValue else {
      throw Problem(.invalid, "the member cannot be read", field: "/secret", rule: "true or false")
    }
    let hook = try await variableHook(Self.text(members, "hook"), field: "/hook", instance)
    let place = Variables.Place(
      instance: instance.id, hook: hook?.id, kind: try Self.kind(Self.text(members, "kind"), field: "/kind"),
      name: call.names["name"] ?? "")
    let variable: Variable
    do {
      if isSecret {
        guard let text = value.stringValue else {
          throw Problem(.invalid, "the value of a secret cannot be read", field: "value", rule: "a string")
        }
        variable = try await services.variables.setSecret(place, to: text, by: "key:\(principal.key.id)")
      } else {
        variable = try await services.variables.set(place, to: value, by: "key:\(principal.key.id)")
      }
    } catch var problem as Problem {
      if let field = problem.field, members[field] != nil { problem.field = "/\(field)" }
      throw problem
    }
    return .json(Self.resource(variable, instance: instance, hook: hook))
  }

  func removeVariable(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let hook = try await variableHook(call.query.text("hook"), field: "hook", instance)
    let place = Variables.Place(
      instance: instance.id, hook: hook?.id, kind: try Self.kind(call.query.text("kind"), field: "kind"),
      name: call.names["name"] ?? "")
    guard try await services.variables.remove(place, by: "key:\(principal.key.id)") else {
      throw Problem(.notFound, "there is no such variable", hint: "see: grapnel env ls")
    }
    return .nothing
  }

  private func variableHook(_ name: String?, field: String, _ instance: Instance) async throws -> Hook? {
    guard let name else { return nil }
    guard (try? Name.validate(name, field: field)) != nil,
      let hook = try await services.store.hooks.find(instance: instance.id, name: name)
    else { throw Problem(.notFound, "there is no such hook", field: field) }
    return hook
  }

  private static func cursor(_ variable: Variable) -> String { "\(variable.kind.rawValue):\(variable.name)" }

  private static func text(_ members: [String: JSONValue], _ name: String) throws -> String? {
    guard let value = members[name], value != .null else { return nil }
    guard let text = value.stringValue else {
      throw Problem(.invalid, "the member cannot be read", field: "/\(name)", rule: "a string")
    }
    return text
  }

  private static func kind(_ text: String?, field: String) throws -> Variable.Kind {
    try text.map { try APIQuery.choice($0, field: field, Variable.Kind.self) } ?? .env
  }

  private static func resource(_ variable: Variable, instance: Instance, hook: Hook?) -> VariableResource {
    var value: JSONValue?
    if case .plain(let plain) = variable.value { value = plain }
    return VariableResource(
      instance: instance.name, hook: hook?.name, kind: variable.kind.rawValue, name: variable.name, value: value,
      secret: variable.isSecret, updatedAt: variable.updatedAt)
  }
}
