import Crypto
import Glibc
public import Model

/// Bundles on disk, each in a folder named by the hash of its content, so that equal content is kept once and what is
/// there is never changed.
///
/// A bundle is written to a folder beside, made durable, then renamed: one that is there is whole. Files have the mode
/// 0444 or 0555 and folders 0555, so that the uid of a run can read them and nobody can change them by accident.
///
/// Calls do file I/O on the thread that makes them: keep them off the event loop. One server owns the folder.
public final class BundleStore: Sendable {
  public let folder: String
  public let limits: BundleLimits
  private let folders: HashedFolders

  /// Opens the folder, making it where it is missing, and clears away what a crash left half-written.
  ///
  /// - Throws: `Problem` with code `unavailable`.
  public init(folder: String, limits: BundleLimits = BundleLimits()) throws {
    self.folder = folder
    self.limits = limits
    do {
      folders = try HashedFolders(path: folder)
    } catch {
      throw error.problem
    }
  }

  /// Keeps a set of files; does no work if a bundle of the same content is there.
  ///
  /// - Throws: `Problem` `invalid` for a path that is absolute, leaves the bundle, or is there twice; `tooLarge` beyond
  ///   the limits; `unavailable` when the disk refuses.
  public func ingest(_ files: [BundleFile]) throws -> Bundle {
    let bundle = try measure(files)
    let files = Self.sorted(files)
    do {
      if try !folders.claim(bundle.hash) { try write(files, as: bundle.hash) }
    } catch {
      throw error.problem
    }
    return bundle
  }

  /// The bundle that a set of files would be; nothing is kept.
  ///
  /// - Throws: `Problem` `invalid` or `tooLarge`, as `ingest`.
  public func measure(_ files: [BundleFile]) throws -> Bundle {
    let files = Self.sorted(files)
    try check(files)
    return Bundle(
      hash: Self.hash(files), size: files.reduce(0) { $0 + Int64($1.bytes.count) }, fileCount: files.count)
  }

  private static func sorted(_ files: [BundleFile]) -> [BundleFile] {
    files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  public func contains(_ hash: String) -> Bool {
    folders.contains(hash)
  }

  /// The folder of a bundle, for the launcher to mount.
  public func path(of hash: String) -> String { "\(folder)/\(hash)" }

  /// Opens one file of a bundle for reading; the caller closes the descriptor.
  ///
  /// - Throws: `Problem` `notFound` if there is no such bundle or file, `invalid` for a path that leaves the bundle.
  public func open(_ hash: String, path: String) throws -> Int32 {
    if let rule = BundlePath.objection(to: path) { throw Problem(.invalid, "the path cannot be used", rule: rule) }
    do {
      return try bundleFolder(hash).openFile(path)
    } catch let failure as SystemFailure {
      throw failure.isAbsence ? Problem(.notFound, "there is no file \(path) in the bundle") : failure.problem
    }
  }

  /// All files of a bundle, sorted by path.
  public func files(of hash: String) throws -> [BundleFile] {
    do {
      let folder = try bundleFolder(hash)
      let survey = try FolderSurvey(folder, limits: limits, ignoring: { _ in false })
      return try survey.files.map { path, stamp in
        let (bytes, _, _) = try folder.read(path, atMost: Int(limits.size.bytes) + 1)
        return BundleFile(path: path, isExecutable: stamp.isExecutable, bytes: bytes)
      }
    } catch let failure as SystemFailure {
      throw failure.problem
    }
  }

  /// Reads a bundle again and compares its content with its name.
  ///
  /// - Throws: `Problem` `notFound`, or `internal` if the content is not what it was.
  public func verify(_ hash: String) throws {
    guard try Self.hash(files(of: hash)) == hash else {
      throw Problem(
        .internal, "the files of the bundle \(hash) were changed", hint: "remove it and deploy the hook again")
    }
  }

  /// The hashes of all bundles, sorted.
  public func hashes() throws -> [String] {
    do {
      return try folders.hashes()
    } catch {
      throw error.problem
    }
  }

  /// Removes a bundle; nothing happens if it is not there.
  public func remove(_ hash: String) throws {
    do {
      try folders.remove(hash)
    } catch let failure as SystemFailure {
      throw failure.problem
    }
  }

  /// Removes the bundles that nothing refers to, and returns their hashes.
  ///
  /// What was ingested since the collection before this one stays, since a deployment may be on its way to the store.
  ///
  /// - Parameter keeping: the hashes that are in use.
  public func collectGarbage(keeping: Set<String>) throws -> [String] {
    do {
      return try folders.collectGarbage(keeping: keeping)
    } catch let failure as SystemFailure {
      throw failure.problem
    }
  }

  // MARK: - Private

  private func bundleFolder(_ hash: String) throws -> FolderDescriptor {
    guard HashedFolders.isHash(hash) else { throw Problem(.notFound, "there is no bundle \(hash)") }
    do {
      return try folders.root.folder(hash)
    } catch {
      throw error.isAbsence ? Problem(.notFound, "there is no bundle \(hash)") : error.problem
    }
  }

  private func check(_ files: [BundleFile]) throws {
    try limits.check(files: files.count, bytes: files.reduce(0) { $0 + Int64($1.bytes.count) })
    var folders: Set<Substring> = []
    var seen: Set<Substring> = []
    for file in files {
      if let rule = BundlePath.objection(to: file.path) {
        throw Problem(.invalid, "the path cannot be used in a bundle", rule: rule, file: file.path)
      }
      guard seen.insert(Substring(file.path)).inserted else {
        throw Problem(.invalid, "the path is there twice", file: file.path)
      }
      folders.formUnion(Self.ancestors(of: file.path))
    }
    if let path = folders.intersection(seen).min() {
      throw Problem(.invalid, "the path is both a file and a folder", file: String(path))
    }
  }

  private static func ancestors(of path: String) -> [Substring] {
    path.indices.filter { path[$0] == "/" }.map { path[..<$0] }
  }

  private func write(_ files: [BundleFile], as hash: String) throws(SystemFailure) {
    let name = HashedFolders.draftName(of: hash)
    let root = folders.root
    do throws(SystemFailure) {
      try root.makeFolder(name)
      let top = try root.folder(name)
      // Parents sort before what is in them.
      let paths = Set(files.flatMap { Self.ancestors(of: $0.path).map(String.init) }).sorted()
      var opened: [String: FolderDescriptor] = ["": top]
      for path in paths {
        let (parent, last) = try top.resolve(path)
        try parent.makeFolder(last)
        opened[path] = try parent.folder(last)
      }
      for file in files {
        let parent = file.path.lastIndex(of: "/").map { String(file.path[..<$0]) } ?? ""
        let last = file.path.split(separator: "/").last.map(String.init) ?? file.path
        try opened[parent]?.writeFile(last, file.bytes, mode: file.isExecutable ? 0o555 : 0o444)
      }
      for path in paths.reversed() + [""] {
        try opened[path]?.setMode(0o555)
        try opened[path]?.sync()
      }
      try folders.publish(name, as: hash)
    } catch {
      try? root.removeTree(name)
      throw error
    }
  }

  /// SHA-256 over the sorted files, each as the length of its path, the path, whether it is executable, the length of
  /// its content, and the content; lengths are 8 bytes, least significant first.
  private static func hash(_ files: [BundleFile]) -> String {
    var hasher = SHA256()
    let update = { (bytes: [UInt8], hasher: inout SHA256) in
      bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    }
    let length = { (count: Int) in withUnsafeBytes(of: UInt64(count).littleEndian) { [UInt8]($0) } }
    update(Array("grapnel bundle 1\n".utf8), &hasher)
    for file in files {
      let path = Array(file.path.utf8)
      update(length(path.count) + path + [file.isExecutable ? 1 : 0] + length(file.bytes.count), &hasher)
      update(file.bytes, &hasher)
    }
    return Hexadecimal.text(hasher.finalize())
  }
}
