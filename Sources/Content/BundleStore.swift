import Crypto
import Glibc
public import Model
import Synchronization

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
  private let root: FolderDescriptor
  /// Hashes that were ingested since the collection before the last: what refers to them may not be stored yet.
  private let recent = Mutex<Recent>(Recent())

  /// How the names of folders begin that are being written or removed.
  private static let leftovers = [".new-", ".gone-"]

  private struct Recent {
    var current: Set<String> = []
    var previous: Set<String> = []
  }

  /// Opens the folder, making it where it is missing, and clears away what a crash left half-written.
  ///
  /// - Throws: `Problem` with code `unavailable`.
  public init(folder: String, limits: BundleLimits = BundleLimits()) throws {
    self.folder = folder
    self.limits = limits
    do {
      if mkdir(folder, 0o755) != 0, errno != EEXIST { throw SystemFailure("make folder \(folder)") }
      root = try FolderDescriptor(path: folder)
      for name in try root.names(atMost: .max - 1) where Self.leftovers.contains(where: name.hasPrefix) {
        try root.removeTree(name)
      }
    } catch let failure as SystemFailure {
      throw failure.problem
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
      // The lock keeps a collection from removing what is found to be there.
      let isThere = try recent.withLock { recent in
        recent.current.insert(bundle.hash)
        return try root.stamp(bundle.hash) != nil
      }
      if !isThere { try write(files, as: bundle.hash) }
    } catch let failure as SystemFailure {
      throw failure.problem
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
    Self.isHash(hash) && (try? root.stamp(hash)) != nil
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
      return try root.names(atMost: .max - 1).filter(Self.isHash)
    } catch {
      throw error.problem
    }
  }

  /// Removes a bundle; nothing happens if it is not there.
  public func remove(_ hash: String) throws {
    guard Self.isHash(hash) else { return }
    do {
      try recent.withLock { _ in try discard(hash) }
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
      return try recent.withLock { recent in
        let kept = keeping.union(recent.current).union(recent.previous)
        let unused = try root.names(atMost: .max - 1).filter { Self.isHash($0) && !kept.contains($0) }
        for hash in unused { try discard(hash) }
        recent.previous = recent.current
        recent.current = []
        return unused
      }
    } catch let failure as SystemFailure {
      throw failure.problem
    }
  }

  // MARK: - Private

  /// Takes the bundle out of sight in one step before its files go one by one.
  private func discard(_ hash: String) throws(SystemFailure) {
    guard try root.stamp(hash) != nil else { return }
    let name = ".gone-\(hash)-\(UInt64.random(in: 0 ... .max))"
    try root.rename(hash, to: name)
    try root.removeTree(name)
  }

  private func bundleFolder(_ hash: String) throws -> FolderDescriptor {
    guard Self.isHash(hash) else { throw Problem(.notFound, "there is no bundle \(hash)") }
    do {
      return try root.folder(hash)
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
    let name = ".new-\(hash)-\(UInt64.random(in: 0 ... .max))"
    do throws(SystemFailure) {
      try root.makeFolder(name)
      let top = try root.folder(name)
      // Parents sort before what is in them.
      let paths = Set(files.flatMap { Self.ancestors(of: $0.path).map(String.init) }).sorted()
      var folders: [String: FolderDescriptor] = ["": top]
      for path in paths {
        let (parent, last) = try top.resolve(path)
        try parent.makeFolder(last)
        folders[path] = try parent.folder(last)
      }
      for file in files {
        let parent = file.path.lastIndex(of: "/").map { String(file.path[..<$0]) } ?? ""
        let last = file.path.split(separator: "/").last.map(String.init) ?? file.path
        try folders[parent]?.writeFile(last, file.bytes, mode: file.isExecutable ? 0o555 : 0o444)
      }
      for path in paths.reversed() + [""] {
        try folders[path]?.setMode(0o555)
        try folders[path]?.sync()
      }
      do throws(SystemFailure) {
        try root.rename(name, to: hash)
      } catch {
        // Somebody else kept the same content meanwhile.
        guard error.code == EEXIST || error.code == ENOTEMPTY else { throw error }
        try root.removeTree(name)
      }
      try root.sync()
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
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: hasher.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func isHash(_ name: String) -> Bool {
    name.utf8.count == 64
      && name.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
