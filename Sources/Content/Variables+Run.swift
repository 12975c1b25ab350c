public import Model
import Store

extension Variables {
  /// What a run of `hook` gets, merged, with the secrets that `definition` names opened.
  ///
  /// - Parameter hook: `nil` for a run of no hook, which sees the instance's alone.
  /// - Throws: `UnusableSecret` if a secret that it names is not set or cannot be opened, `Problem` `tooLarge` if they
  ///   are too long together, and what the store throws.
  public func forRun(
    of definition: HookDefinition, hook: ID<Hook>?, in instance: ID<Instance>
  ) async throws -> RunVariables {
    let shared = try await store.list(instance: instance, hook: nil)
    let own: [Variable] = if let hook { try await store.list(instance: instance, hook: hook) } else { [] }
    var merged = RunVariables(environment: definition.env, config: definition.config, secrets: [:])
    // Most hooks have none of all this.
    if !shared.isEmpty || !own.isEmpty {
      merged.environment = Self.texts(shared).merging(definition.env) { $1 }.merging(Self.texts(own)) { $1 }
      let declared = definition.config.objectValue ?? [:]
      merged.config = .object(Self.config(shared).merging(declared) { $1 }.merging(Self.config(own)) { $1 })
    }
    var length = 0
    for name in definition.secrets {
      let value = try secret(name, shared: shared, own: own)
      // Whatever is in the clear under this name is not what the hook asks for.
      merged.environment[name] = nil
      merged.secrets[name] = value
      length += value.utf8.count
    }
    guard length <= EnvironmentRule.maximumSecrets else {
      throw Problem(
        .tooLarge, "the secrets of the hook have \(length) bytes together", field: "secrets",
        rule: "at most \(EnvironmentRule.maximumSecrets)")
    }
    return merged
  }

  /// A secret for the host's own use, which no run gets to see: that of the hook, or else that of the instance.
  ///
  /// - Returns: `nil` if it is not set.
  /// - Throws: `UnusableSecret` if it cannot be opened, and what the store throws.
  public func secret(named name: String, hook: ID<Hook>, in instance: ID<Instance>) async throws -> String? {
    let own = try await store.list(instance: instance, hook: hook)
    let shared = try await store.list(instance: instance, hook: nil)
    guard (own + shared).contains(where: { $0.name == name && $0.isSecret }) else { return nil }
    return try secret(name, shared: shared, own: own)
  }

  private func secret(_ name: String, shared: [Variable], own: [Variable]) throws(UnusableSecret) -> String {
    let named = (own + shared).filter { $0.kind == .env && $0.name == name }
    for variable in named {
      guard case .sealed(let bytes) = variable.value else { continue }
      do {
        let place = Place(instance: variable.instance, hook: variable.hook, name: name)
        let plain = try sealing.open(bytes, context: Self.context(of: place))
        return String(decoding: plain, as: UTF8.self)
      } catch {
        throw .cannotBeOpened(name, error)
      }
    }
    throw .isNotSet(name, plain: !named.isEmpty)
  }

  private static func texts(_ variables: [Variable]) -> [String: String] {
    variables.reduce(into: [:]) { texts, variable in
      guard variable.kind == .env, case .plain(.string(let text)) = variable.value else { return }
      texts[variable.name] = text
    }
  }

  private static func config(_ variables: [Variable]) -> [String: JSONValue] {
    variables.reduce(into: [:]) { members, variable in
      guard variable.kind == .config, case .plain(let value) = variable.value else { return }
      members[variable.name] = value
    }
  }
}
