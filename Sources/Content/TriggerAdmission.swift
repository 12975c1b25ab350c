public import Model

/// Decides whether a trigger may be: one check for those of a `hook.yaml` and those that somebody makes over the API.
public enum TriggerAdmission {
  /// The instance whose hooks may look at what is the whole host's.
  public static let hostInstance = "main"

  /// - Parameter instance: the name of the hook's instance.
  /// - Throws: `Problem` with the member of the definition as its field.
  public static func check(_ definition: TriggerDefinition, instance: String) throws(Problem) {
    guard definition.source != .account || instance == hostInstance else {
      throw Problem(
        .invalid, "accounts are the whole host's, and no hook of \(instance) may look at them", field: "account",
        rule: "only hooks of the instance \(hostInstance)")
    }
  }
}
