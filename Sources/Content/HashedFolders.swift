import Glibc
import Model
import Synchronization

/// A folder whose entries are folders, each named by a hash and never changed: written under another name, made durable,
/// then renamed. One that is there is whole.
final class HashedFolders: Sendable {
  let root: FolderDescriptor
  /// Names that were asked for since the collection before the last: what refers to them may not be stored yet.
  private let recent = Mutex<Recent>(Recent())

  /// How the names of folders begin that are being written or removed.
  private static let leftovers = [".new-", ".gone-"]

  private struct Recent {
    var current: Set<String> = []
    var previous: Set<String> = []
  }

  /// Opens the folder, making it where it is missing, and clears away what a crash left half-written.
  init(path: String) throws(SystemFailure) {
    if mkdir(path, 0o755) != 0, errno != EEXIST { throw SystemFailure("make folder \(path)") }
    root = try FolderDescriptor(path: path)
    for name in try root.names(atMost: .max - 1) where Self.leftovers.contains(where: name.hasPrefix) {
      try root.removeTree(name)
    }
  }

  /// Whether it is there; if so or not, the next collection keeps it.
  func claim(_ hash: String) throws(SystemFailure) -> Bool {
    // The lock keeps a collection from removing what is found to be there.
    let found: Result<Bool, SystemFailure> = recent.withLock { recent in
      recent.current.insert(hash)
      do throws(SystemFailure) {
        return .success(try root.stamp(hash) != nil)
      } catch {
        return .failure(error)
      }
    }
    return try found.get()
  }

  func contains(_ hash: String) -> Bool { Self.isHash(hash) && (try? root.stamp(hash)) != nil }

  /// A name to write what will be `hash` under.
  static func draftName(of hash: String) -> String { ".new-\(hash)-\(UInt64.random(in: 0 ... .max))" }

  /// Gives what was written, and is durable but for its name, its name.
  func publish(_ draft: String, as hash: String) throws(SystemFailure) {
    do throws(SystemFailure) {
      try root.rename(draft, to: hash)
    } catch {
      // Somebody else kept the same meanwhile.
      guard error.code == EEXIST || error.code == ENOTEMPTY else { throw error }
      try root.removeTree(draft)
    }
    try root.sync()
  }

  /// All that are there, sorted.
  func hashes() throws(SystemFailure) -> [String] {
    try root.names(atMost: .max - 1).filter(Self.isHash)
  }

  func remove(_ hash: String) throws {
    guard Self.isHash(hash) else { return }
    try recent.withLock { _ in try discard(hash) }
  }

  /// Removes those that nothing refers to, and returns their names. What was claimed since the collection before this
  /// one stays, since a deployment may be on its way to the store.
  func collectGarbage(keeping: Set<String>) throws -> [String] {
    try recent.withLock { recent in
      let kept = keeping.union(recent.current).union(recent.previous)
      let unused = try hashes().filter { !kept.contains($0) }
      for hash in unused { try discard(hash) }
      recent.previous = recent.current
      recent.current = []
      return unused
    }
  }

  /// Takes it out of sight in one step before its files go one by one.
  private func discard(_ hash: String) throws(SystemFailure) {
    guard try root.stamp(hash) != nil else { return }
    let name = ".gone-\(hash)-\(UInt64.random(in: 0 ... .max))"
    try root.rename(hash, to: name)
    try root.removeTree(name)
  }

  static func isHash(_ name: String) -> Bool {
    name.utf8.count == 64
      && name.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
