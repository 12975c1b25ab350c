import Glibc
import Model

/// The files of a hook where somebody works on them, read by the rules of a watched folder; whether they are valid, the
/// server says.
public struct HookSource: Sendable {
  /// The hook's name by the name of the folder or file.
  public let name: String
  /// The entry's name.
  public let entry: String
  public let files: [BundleFile]

  /// Files that change while they are read are read again so often.
  private static let attempts = 5

  /// Reads what is at a path: the folder of a hook, a single file, or a folder of hooks with all of them.
  ///
  /// - Returns: by name; never empty.
  /// - Throws: `Problem` with `file` relative to the folder that the hook's folder or file is in: `notFound`, `invalid`
  ///   for what cannot be in a bundle, `tooLarge` beyond the limits, `conflict` for a name that is there twice.
  public static func read(at path: String, limits: BundleLimits = BundleLimits()) throws -> [HookSource] {
    do {
      guard let resolved = realpath(path, nil) else { throw SystemFailure("open \(path)") }
      defer { free(resolved) }
      let components = String(cString: resolved).split(separator: "/").map(String.init)
      guard let last = components.last else {
        throw Problem(.invalid, "the root of the file system is no hook", file: path)
      }
      let parent = try FolderDescriptor(path: "/" + components.dropLast().joined(separator: "/"))
      guard let stamp = try parent.stamp(last) else { throw Problem(.notFound, "there is no such file", file: path) }
      switch stamp.kind {
      case .file:
        return [try HookSource(HookOrigin(name: base(of: last), entry: last, form: .file), in: parent, limits)]
      case .folder:
        let folder = try parent.folder(last)
        guard try folder.stamp(HookOrigin.definitionFile) == nil else {
          return [try HookSource(HookOrigin(name: last, entry: last, form: .folder), in: parent, limits)]
        }
        return try readAll(folder, path, limits)
      case .link, .other: throw Problem(.invalid, "neither a file nor a folder", file: path)
      }
    } catch let failure as SystemFailure {
      throw failure.isAbsence ? Problem(.notFound, "there is no such file or folder", file: path) : failure.problem
    }
  }

  private static func readAll(_ folder: FolderDescriptor, _ path: String, _ limits: BundleLimits) throws
    -> [HookSource]
  {
    let listing = try HookListing(folder, limits: limits)
    if let problem = listing.problems.min(by: { $0.key < $1.key })?.value { throw problem }
    for (name, found) in Dictionary(grouping: listing.found, by: \.origin.name) where found.count > 1 {
      let entries = found.map(\.origin.entry).sorted()
      throw Problem(
        .conflict, "the hook \(name) is there twice: \(entries.joined(separator: " and "))",
        hint: "rename or remove one of them", file: entries.first)
    }
    guard !listing.found.isEmpty else {
      throw Problem(
        .invalid, "there is no hook in the folder", rule: "a \(HookOrigin.definitionFile), or folders with one",
        file: path)
    }
    return try listing.found.map { try HookSource($0.origin, in: folder, limits) }.sorted { $0.name < $1.name }
  }

  private init(_ origin: HookOrigin, in folder: FolderDescriptor, _ limits: BundleLimits) throws {
    name = origin.name
    entry = origin.entry
    for _ in 0..<Self.attempts {
      if let files = try origin.readFiles(origin.survey(in: folder, limits: limits), in: folder, limits: limits) {
        self.files = files
        return
      }
    }
    throw Problem(.unavailable, "the files change whenever they are read", file: origin.entry)
  }

  /// The same files under another name.
  public func renamed(_ name: String) -> HookSource { HookSource(name: name, entry: entry, files: files) }

  private init(name: String, entry: String, files: [BundleFile]) {
    self.name = name
    self.entry = entry
    self.files = files
  }

  private static func base(of file: String) -> String {
    file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
  }
}
