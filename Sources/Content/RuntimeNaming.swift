public import Model

/// What the content of a folder needs to know of runtimes: their names, and which one a single file is for.
public protocol RuntimeNaming: Sendable {
  /// The runtime for a file, by its extension or, failing that, by a first line that begins with `#!`; `nil` if none
  /// claims it.
  func runtimeName(forFile name: String, firstLine: String) -> String?
  func knows(_ runtime: String) -> Bool
  /// How runs of a hook of the runtime can begin.
  func startModes(of runtime: String) -> [StartMode]
  /// What runs of a hook with that definition, its layers included, would be told instead of being started, if anything.
  func obstacle(to definition: HookDefinition) -> Problem?
  /// All names, for suggestions.
  var names: [String] { get }
}
