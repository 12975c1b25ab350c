public import Model
public import Sandbox
import Yams

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// How one language is started: the content of `runtimes/<name>/runtime.yaml`.
public struct RuntimeManifest: Hashable, Sendable {
  /// What hooks of this runtime can do; the conformance cases say it in detail.
  public enum Feature: String, Hashable, Sendable, CaseIterable {
    /// A file that only prints is a hook.
    case plain
    /// A function named `handler` is called with the payload.
    case handler
    case async
    case streaming
    /// The payload is there as a native object of the language.
    case object
    /// A run may call other hooks.
    case call
  }

  /// The name of the folder too.
  public var name: String
  public var description: String
  /// Without their dot.
  public var extensions: [String]
  /// Base names of interpreters in a file's `#!` line; `*` takes any such line, and ELF binaries, that no other claims.
  public var shebangs: [String]
  /// Absolute paths, the first that exists is used; empty if the entry is started itself.
  public var interpreters: [String]
  /// What follows the interpreter; `{runtime}` and `{entry}` stand for the runtime's folder and the hook's entry file.
  public var arguments: [String]
  /// What the interpreter is given once, outside of any run, to make starts faster; empty for nothing to do.
  public var warmUp: [String]
  /// What is made of a hook's files before it can run, such as a compiled program; `nil` where they run as they are.
  public var preparation: PreparationStep?
  /// The lists of dependencies that a bundle may have, and how what they ask for is installed.
  public var dependencies: [PreparationStep]
  /// Variables of every run.
  public var environment: [String: String]
  /// The Debian package that brings the interpreter; empty if there is none to bring.
  public var package: String
  /// How its runs begin, where a hook does not want `exec`.
  public var strategy: StartMode
  /// What follows the interpreter in the command that begins a fork server, or a process that waits for its run;
  /// `{runtime}` and `{library}` stand for the runtime's folder and the library to load. Empty for `exec`.
  public var warm: [String]
  public var features: Set<Feature>

  /// The interpreter that this host has, or `nil`.
  public var installedInterpreter: String? {
    interpreters.first { access($0, X_OK) == 0 }
  }

  /// Reads a `runtime.yaml`.
  ///
  /// - Throws: `Problem` with code `invalid`, `file` and, where it is known, the line.
  public init(yaml text: String, file: String) throws {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Problem(.invalid, "not valid YAML: \(error)", file: file)
    }
    guard let mapping = root?.mapping else { throw Problem(.invalid, "not a mapping", file: file, line: 1) }
    let reader = ManifestReader(mapping: mapping, file: file)
    try reader.refuseUnknownKeys([
      "name", "description", "extensions", "shebangs", "interpreters", "arguments", "warm_up", "prepare",
      "dependencies", "environment", "package", "strategy", "warm", "features",
    ])
    name = try reader.text("name")
    try Name.validate(name, field: "name")
    description = try reader.text("description")
    extensions = try reader.texts("extensions")
    shebangs = try reader.texts("shebangs")
    interpreters = try reader.texts("interpreters")
    arguments = try reader.texts("arguments")
    warmUp = try reader.texts("warm_up", isOptional: true)
    preparation = try reader.part("prepare").map { try PreparationStep($0) }
    dependencies = try reader.parts("dependencies").map { try PreparationStep($0) }
    environment = try reader.variables("environment")
    package = try reader.text("package")
    strategy = try reader.choice("strategy", try reader.text("strategy"))
    warm = try reader.texts("warm", isOptional: true)
    features = Set(try reader.texts("features").map { try reader.choice("features", $0) })
    for path in interpreters where !path.hasPrefix("/") {
      throw reader.problem("interpreters", "not an absolute path: \(path)")
    }
    guard preparation != nil || arguments.contains(where: { $0.contains("{entry}") }) else {
      throw reader.problem("arguments", "the entry is missing", rule: "contains {entry}")
    }
    if interpreters.isEmpty, arguments.first != "{entry}", arguments.first?.hasPrefix("/layer/") != true {
      throw reader.problem(
        "arguments", "nothing to start", rule: "without interpreters, {entry} or a file of /layer comes first")
    }
    guard warm.isEmpty == (strategy == .exec) else {
      throw reader.problem("warm", "what is kept ready", rule: "there for the strategies fork and spare, and no other")
    }
    if strategy != .exec, interpreters.isEmpty || preparation != nil {
      throw reader.problem("strategy", "no interpreter is there to be kept ready", rule: "exec")
    }
    if let step = dependencies.first(where: { $0.trigger == nil }) {
      throw reader.problem("dependencies", "no file asks for \(step.command)", rule: "each has the key when")
    }
  }

  /// The command line of a run of `entry` (relative to the bundle), or `nil` if no interpreter is installed.
  public func commandLine(entry: String) -> [String]? {
    var words = arguments.map { word in
      if word == "{entry}" { return "/hook/\(entry)" }
      // Most words are just themselves, which is quicker to see than to replace.
      guard word.utf8.contains(UInt8(ascii: "{")) else { return word }
      return word.replacing("{runtime}", with: "/runtimes/\(name)").replacing("{entry}", with: "/hook/\(entry)")
    }
    guard !interpreters.isEmpty else { return words }
    guard let interpreter = installedInterpreter else { return nil }
    words.insert(interpreter, at: 0)
    return words
  }

  /// How runs of its hooks can begin.
  public var startModes: [StartMode] { strategy == .exec ? [.exec] : [.exec, strategy] }

  /// What the launcher keeps ready of it on this host, if anything.
  public var warmRuntime: WarmRuntime? {
    guard strategy != .exec, let interpreter = installedInterpreter else { return nil }
    let words = warm.map {
      $0.replacing("{runtime}", with: "/runtimes/\(name)").replacing("{library}", with: WarmRuntime.library)
    }
    return WarmRuntime(name: name, mode: strategy, command: [interpreter] + words)
  }
}
