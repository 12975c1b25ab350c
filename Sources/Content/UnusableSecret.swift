public import Model

/// A secret that a hook names is not there or cannot be opened. Nothing may be started without it.
public struct UnusableSecret: Error, Hashable, Sendable {
  public var problem: Problem

  init(_ problem: Problem) {
    self.problem = problem
  }

  /// - Parameter plain: whether there is a variable of that name that is no secret.
  static func isNotSet(_ name: String, plain: Bool) -> UnusableSecret {
    UnusableSecret(
      Problem(
        .unavailable, plain ? "\(name) is set, but not as a secret" : "the secret \(name) is not set", field: "secrets",
        hint: "set it with: grapnel env set \(name) --secret"))
  }

  static func cannotBeOpened(_ name: String, _ reason: any Error) -> UnusableSecret {
    let known = reason as? Problem
    return UnusableSecret(
      Problem(
        .unavailable, "the secret \(name) cannot be opened: \(known?.message ?? "\(reason)")", field: "secrets",
        hint: known?.hint))
  }
}
