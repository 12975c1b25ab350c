public import Model

/// A command that makes a layer of some files of a bundle, as a `runtime.yaml` declares it.
///
/// It runs in a sandbox of its own, once for each content, with those files at `/hook`; it writes the layer's files as a
/// tar stream to descriptor 3, and what it says to standard output and error is its log.
public struct PreparationStep: Hashable, Sendable {
  /// Programs of which the first that is there is `{tool}`: absolute paths, or names to look for.
  public var tools: [String]
  /// The command line; `{tool}`, `{runtime}` and `{entry}` are filled in.
  public var command: [String]
  /// The Debian package that brings the tool; empty for the runtime's own.
  public var package: String
  /// Patterns of the files that the result depends on.
  public var files: [String]
  /// A pattern of the file of the bundle that asks for the step; `nil` for one that every hook needs.
  public var trigger: String?
  /// A member that the trigger, a JSON object, must have with something in it.
  public var triggerMember: String?
  /// A pattern of files that make the step unnecessary.
  public var exemption: String?
  public var timeout: Duration
  public var memory: ByteSize
  public var processes: Int
  /// Bytes that it may write to `/tmp`, and the most that its result may have.
  public var disk: ByteSize
  /// Files that it may write to `/tmp`, and the most that its result may have.
  public var diskFiles: Int

  init(_ reader: ManifestReader) throws {
    try reader.refuseUnknownKeys([
      "tools", "command", "package", "files", "when", "has", "unless", "timeout", "memory", "processes", "disk",
      "disk_files",
    ])
    tools = try reader.texts("tools", isOptional: true)
    command = try reader.texts("command")
    package = try reader.value("package", "", rule: "a text") { $0 }
    files = try reader.texts("files")
    trigger = try reader.value("when", nil, rule: "a pattern") { .some($0) }
    triggerMember = try reader.value("has", nil, rule: "a member's name") { .some($0) }
    exemption = try reader.value("unless", nil, rule: "a pattern") { .some($0) }
    timeout = try reader.value("timeout", .seconds(300), rule: "a duration such as 5m") { Duration(text: $0) }
    memory = try reader.value("memory", .gibibytes(1), rule: "a size such as 1GiB") { ByteSize(text: $0) }
    processes = try reader.value("processes", 128, rule: "a whole number") { Int($0) }
    disk = try reader.value("disk", .mebibytes(512), rule: "a size such as 512MiB") { ByteSize(text: $0) }
    diskFiles = try reader.value("disk_files", 20_000, rule: "a whole number") { Int($0) }
    guard command.first?.hasPrefix("/") == true || command.first == "{tool}" else {
      throw reader.problem("command", "nothing to start", rule: "an absolute path or {tool} comes first")
    }
  }

  /// Whether a bundle asks for the step.
  func applies(to bundle: [String: [UInt8]]) -> Bool {
    guard trigger != nil else { return true }
    guard let content = triggeringFile(of: bundle).flatMap({ bundle[$0] }) else { return false }
    if let exemption, bundle.keys.contains(where: { Self.matches($0, exemption) }) { return false }
    guard let triggerMember else { return true }
    // What is no JSON is the installer's to judge, who says it better.
    guard let value = try? JSONValue(parsing: content) else { return true }
    return value[triggerMember]?.objectValue?.isEmpty == false
  }

  /// The file of a bundle that asks for the step: the first by name, if several do.
  func triggeringFile(of bundle: [String: [UInt8]]) -> String? {
    trigger.flatMap { trigger in bundle.keys.filter { Self.matches($0, trigger) }.min() }
  }

  func isRelevant(_ path: String) -> Bool { files.contains { Self.matches(path, $0) } }

  /// Whether a path matches a pattern, in which `*` stands for anything within a folder and `**` for anything.
  static func matches(_ path: String, _ pattern: String) -> Bool {
    matches(Array(path.utf8)[...], Array(pattern.utf8)[...])
  }

  private static func matches(_ path: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return path.isEmpty }
    guard first == UInt8(ascii: "*") else {
      return path.first == first && matches(path.dropFirst(), pattern.dropFirst())
    }
    let isDeep = pattern.dropFirst().first == UInt8(ascii: "*")
    let rest = pattern.dropFirst(isDeep ? 2 : 1)
    var tail = path
    while true {
      if matches(tail, rest) { return true }
      guard let next = tail.popFirst(), isDeep || next != UInt8(ascii: "/") else { return false }
    }
  }
}
