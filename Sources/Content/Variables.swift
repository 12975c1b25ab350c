import Foundation
public import Model
public import Store

/// Environment variables, configuration values and secrets of instances and hooks: what may be set, how secrets are
/// sealed, and what of it a run gets.
///
/// They are `Content`'s, because which hook sees which value is knowledge about hooks; the key that seals them is kept
/// by another part, behind `Sealing`.
public struct Variables: Sendable {
  let store: any VariableStore
  let sealing: any Sealing
  let clock: any WallClock

  public init(store: any VariableStore, sealing: any Sealing, clock: any WallClock) {
    self.store = store
    self.sealing = sealing
    self.clock = clock
  }

  /// Where a variable is.
  public struct Place: Hashable, Sendable {
    public var instance: ID<Instance>
    /// `nil` for all hooks of the instance.
    public var hook: ID<Hook>?
    public var kind: Variable.Kind
    public var name: String

    public init(instance: ID<Instance>, hook: ID<Hook>? = nil, kind: Variable.Kind = .env, name: String) {
      self.instance = instance
      self.hook = hook
      self.kind = kind
      self.name = name
    }
  }

  /// Sets a variable in the clear.
  ///
  /// - Parameter actor: who does it, for the event.
  /// - Throws: `Problem` `invalid` for a name or value that breaks a rule, and what the store throws.
  public func set(_ place: Place, to value: JSONValue, by actor: String) async throws -> Variable {
    try Self.validate(place.kind, place.name, value)
    return try await put(place, .plain(value), by: actor)
  }

  /// - Throws: `Problem` `invalid`, with field `name` or `value`, for what no variable in the clear can be.
  public static func validate(_ kind: Variable.Kind, _ name: String, _ value: JSONValue) throws {
    try checkName(name, of: kind)
    switch kind {
    case .env:
      guard let text = value.stringValue else {
        throw Problem(
          .invalid, "the value cannot be read", field: "value", rule: "a string", hint: "put quotes around it")
      }
      try check(text, atLeast: 0)
    case .config:
      guard value.serializedBytes.count <= EnvironmentRule.maximumConfig else {
        throw Problem(
          .invalid, "the value is too long", field: "value",
          rule: "at most \(EnvironmentRule.maximumConfig) bytes as JSON")
      }
    }
  }

  /// Seals a secret and sets it. Its value cannot be had again but by a run of a hook that names it.
  ///
  /// - Throws: `Problem` `invalid` for a name or value that breaks a rule, `unavailable` if it cannot be sealed, and
  ///   what the store throws.
  public func setSecret(_ place: Place, to value: String, by actor: String) async throws -> Variable {
    guard place.kind == .env else {
      throw Problem(
        .invalid, "a configuration value cannot be secret", field: "secret",
        hint: "set an environment variable as the secret, and name it under secrets in hook.yaml")
    }
    try Self.checkName(place.name, of: place.kind)
    try Self.check(value, atLeast: EnvironmentRule.minimumSecret)
    let sealed = try sealing.seal(
      Array(value.utf8), context: Self.context(of: place), mayMakeKey: try await store.countSealed() == 0)
    return try await put(place, .sealed(sealed), by: actor)
  }

  /// The variables of one level, by kind and name; secrets sealed.
  public func list(instance: ID<Instance>, hook: ID<Hook>?) async throws -> [Variable] {
    try await store.list(instance: instance, hook: hook)
  }

  /// - Returns: whether it was there.
  public func remove(_ place: Place, by actor: String) async throws -> Bool {
    try await store.remove(
      instance: place.instance, hook: place.hook, kind: place.kind, name: place.name, by: actor, at: clock.now)
  }

  private func put(_ place: Place, _ value: Variable.Value, by actor: String) async throws -> Variable {
    let variable = Variable(
      instance: place.instance, hook: place.hook, kind: place.kind, name: place.name, value: value,
      updatedAt: clock.now)
    try await store.set(variable, by: actor)
    return variable
  }

  private static func checkName(_ name: String, of kind: Variable.Kind) throws {
    switch kind {
    case .env:
      guard let rule = EnvironmentRule.objection(to: name) else { return }
      throw Problem(.invalid, "no variable can have this name", field: "name", rule: rule)
    case .config:
      let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
      guard (1...256).contains(name.utf8.count), isPlain else {
        throw Problem(
          .invalid, "no key can have this name", field: "name", rule: "1 to 256 bytes without control characters")
      }
    }
  }

  private static func check(_ text: String, atLeast minimum: Int) throws {
    let count = text.utf8.count
    guard count >= minimum else {
      throw Problem(
        .invalid, "the secret is too short to be masked in logs", field: "value", rule: "at least \(minimum) bytes")
    }
    guard count <= EnvironmentRule.maximumValue, !text.utf8.contains(0) else {
      throw Problem(
        .invalid, "the value cannot be used", field: "value",
        rule: "at most \(EnvironmentRule.maximumValue) bytes, none of them NUL")
    }
  }

  /// What a sealed value is bound to: in another row of the table it does not open. Ids have no NUL in them.
  static func context(of place: Place) -> [UInt8] {
    Array("grapnel variable\0\(place.instance.text)\0\(place.hook?.text ?? "")\0\(place.name)".utf8)
  }
}
