import CSandbox
public import Model

/// A runtime of which the launcher keeps processes ready, with the one command that begins them.
///
/// The launcher takes it from its command line alone, so that no request can name a program that has its rights.
public struct WarmRuntime: Hashable, Sendable {
  /// The path, inside the sandbox, of the library that the interpreter loads.
  public static let library = GS_LIBRARY_PATH

  /// At most 31 of `a-z`, `0-9`, `-` and `_`.
  public var name: String
  /// `fork` or `spare`.
  public var mode: StartMode
  /// The command, its program an absolute path inside; at most 24 words.
  public var command: [String]

  public init(name: String, mode: StartMode, command: [String]) {
    self.name = name
    self.mode = mode
    self.command = command
  }

  var arguments: [String] { ["--\(mode.rawValue)", name] + command.flatMap { ["--word", $0] } }
}
