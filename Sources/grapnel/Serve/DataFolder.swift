import Foundation
import Model

/// The folder that holds all that a server keeps: the database, bundles, secrets, its identity and its address.
struct DataFolder {
  let path: String

  var database: String { path + "/grapnel.db" }
  var bundles: String { path + "/bundles" }
  var layers: String { path + "/layers" }
  var beacon: String { path + "/server.json" }

  /// Makes the folder where it is missing, readable by its owner alone.
  ///
  /// - Parameter owner: whom a new, or still empty, folder is given to; `nil` keeps the process's own user.
  /// - Throws: `Problem` if it cannot be made, or belongs to another user than `owner`.
  init(at path: String, owner: ServiceUser?) throws {
    self.path = path
    try Self.make(path, owner: owner)
    try Self.make(bundles, owner: owner)
    try Self.make(layers, owner: owner)
  }

  private static func make(_ path: String, owner: ServiceUser?) throws {
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw Problem(
        .unavailable, "the data folder cannot be made: \(String(cString: strerror(errno)))",
        hint: "name another one with --data", file: path)
    }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw Problem(
        .unavailable, "the data folder cannot be opened: \(String(cString: strerror(errno)))", file: path)
    }
    defer { close(descriptor) }
    guard let owner, status.st_uid != owner.uid else { return }
    guard status.st_uid == 0, try isNew(path) else {
      throw Problem(
        .conflict, "the data folder belongs to user \(status.st_uid), and the server works as \(owner)",
        hint: "run: chown -R \(owner.uid):\(owner.gid) \(path), or set sandbox.user in the configuration",
        file: path)
    }
    guard fchown(descriptor, owner.uid, owner.gid) == 0, fchmod(descriptor, 0o700) == 0 else {
      throw Problem(
        .unavailable, "the data folder cannot be given to \(owner): \(String(cString: strerror(errno)))", file: path)
    }
  }

  private static func isNew(_ path: String) throws -> Bool {
    let content = try FileManager.default.contentsOfDirectory(atPath: path)
    return content.allSatisfy { $0 == "bundles" || $0 == "layers" }
  }

  /// Holds the folder for this process: two servers on one would fire everything twice.
  ///
  /// The lock is the kernel's, on the folder itself, and goes with the process, whatever way it ends. Root takes it
  /// too, and so makes no file where another user may write.
  ///
  /// - Returns: the descriptor that holds it.
  /// - Throws: `Problem` `conflict` if another server has it.
  func lock() throws -> Int32 {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      throw Problem(
        .unavailable, "the data folder cannot be opened: \(String(cString: strerror(errno)))", file: path)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let error = errno
      close(descriptor)
      guard error == EWOULDBLOCK else {
        throw Problem(
          .unavailable, "the data folder cannot be locked: \(String(cString: strerror(error)))", file: path)
      }
      throw Problem(
        .conflict, "another server works on the data folder",
        hint: "stop it, or name another folder with --data", file: path)
    }
    return descriptor
  }

  /// Keeps a lock that the program before this one has taken, from the programs that this one starts.
  ///
  /// - Throws: `Problem` `internal` if the descriptor does not hold this folder's.
  func keep(_ lock: Int32) throws {
    var (held, named) = (stat(), stat())
    guard fstat(lock, &held) == 0, stat(path, &named) == 0, held.st_dev == named.st_dev, held.st_ino == named.st_ino,
      flock(lock, LOCK_EX | LOCK_NB) == 0, fcntl(lock, F_SETFD, FD_CLOEXEC) == 0
    else { throw Problem(.internal, "the lock of the data folder was not passed on", file: path) }
  }

  /// This server's lasting identity, made at its first start.
  func hostID(clock: any WallClock) throws -> ID<Model.Host> {
    let file = path + "/host.id"
    if let data = FileManager.default.contents(atPath: file) {
      let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
      guard let id = ID<Model.Host>(text) else {
        throw Problem(.internal, "is not the identity of a host", hint: "restore it from a backup", file: file)
      }
      return id
    }
    let id = ID<Model.Host>(at: clock.now)
    try writeDurably("\(id)\n", to: file)
    return id
  }

  /// Tells commands on this machine where the server is.
  func writeBeacon(url: String) throws {
    let beacon = JSONValue.object(["url": .string(url), "pid": .int(Int64(getpid()))])
    try writeDurably(beacon.serialized + "\n", to: self.beacon)
  }

  func removeBeacon() {
    unlink(beacon)
  }

  /// Writes a file whole or not at all.
  private func writeDurably(_ text: String, to file: String) throws {
    let draft = file + ".new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    let bytes = Array(text.utf8)
    guard descriptor >= 0, write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
      close(descriptor) == 0, rename(draft, file) == 0
    else {
      throw Problem(.unavailable, "cannot be written: \(String(cString: strerror(errno)))", file: file)
    }
  }
}
