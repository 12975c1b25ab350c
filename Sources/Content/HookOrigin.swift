/// An entry of a folder of hooks that is one hook.
struct HookOrigin: Hashable, Sendable {
  enum Form: Hashable, Sendable {
    /// A folder with a `hook.yaml`.
    case folder
    /// A single file with the defaults.
    case file
  }

  static let definitionFile = "hook.yaml"

  /// The name of the hook.
  let name: String
  /// The entry's name.
  let entry: String
  let form: Form
}
