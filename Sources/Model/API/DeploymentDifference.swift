/// What one version of a hook changes against another.
public struct DeploymentDifference: Hashable, Sendable, Codable {
  public enum Change: String, Hashable, Sendable, Codable, CaseIterable {
    case added, changed, removed
  }

  /// A file that is not the same in both.
  public struct File: Hashable, Sendable, Codable {
    public var path: String
    public var change: Change
    /// Whether it is executable now; missing where that did not change.
    public var executable: Bool?
    /// The change as a unified diff, for short texts.
    public var diff: String?

    public init(path: String, change: Change, executable: Bool? = nil, diff: String? = nil) {
      self.path = path
      self.change = change
      self.executable = executable
      self.diff = diff
    }
  }

  /// A key of the definition that is not the same in both.
  public struct Key: Hashable, Sendable, Codable {
    /// Dotted, such as `limits.memory`.
    public var key: String
    /// Missing where there was none.
    public var from: JSONValue?
    public var to: JSONValue?

    public init(key: String, from: JSONValue?, to: JSONValue?) {
      self.key = key
      self.from = from
      self.to = to
    }
  }

  /// By path.
  public var files: [File]
  /// By key.
  public var definition: [Key]

  public init(files: [File] = [], definition: [Key] = []) {
    self.files = files
    self.definition = definition
  }

  /// Whether the versions are the same.
  public var isEmpty: Bool { files.isEmpty && definition.isEmpty }
}
