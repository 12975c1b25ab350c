import Glibc

/// An open folder. Everything inside is reached from its descriptor, one component at a time and never through a
/// symbolic link, so that nobody who can write in it can lead us out of it.
final class FolderDescriptor: Sendable {
  let descriptor: Int32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    Glibc.close(descriptor)
  }

  /// Opens a folder by a path that is trusted.
  convenience init(path: String) throws(SystemFailure) {
    let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemFailure("open \(path)") }
    self.init(descriptor: descriptor)
  }

  func folder(_ name: String) throws(SystemFailure) -> FolderDescriptor {
    let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else { throw SystemFailure("open \(name)") }
    return FolderDescriptor(descriptor: opened)
  }

  /// The folder that holds the last component of a relative path, and that component.
  func resolve(_ path: String) throws(SystemFailure) -> (folder: FolderDescriptor, name: String) {
    let components = path.split(separator: "/").map(String.init)
    var folder = self
    for component in components.dropLast() { folder = try folder.folder(component) }
    return (folder, components.last ?? "")
  }

  /// Opens a regular file for reading; the caller owns the descriptor.
  func openFile(_ path: String) throws(SystemFailure) -> Int32 {
    let (folder, name) = try resolve(path)
    // Non-blocking, so that a FIFO put in the place of a file cannot hold us.
    let opened = openat(folder.descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard opened >= 0 else { throw SystemFailure("open \(path)") }
    var status = stat()
    guard fstat(opened, &status) == 0, FileStamp(status).kind == .file else {
      Glibc.close(opened)
      errno = ENOENT
      throw SystemFailure("open \(path)")
    }
    return opened
  }

  /// Reads a regular file, and tells its state before and after.
  ///
  /// - Parameter maximum: the bytes after which reading stops; a file that has more shows in the stamps.
  func read(
    _ path: String, atMost maximum: Int
  ) throws(SystemFailure) -> (bytes: [UInt8], before: FileStamp, after: FileStamp) {
    let opened = try openFile(path)
    defer { Glibc.close(opened) }
    var status = stat()
    guard fstat(opened, &status) == 0 else { throw SystemFailure("stat \(path)") }
    let before = FileStamp(status)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(maximum, Int(before.size)))
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < maximum {
      let count = Glibc.read(opened, &chunk, min(chunk.count, maximum - bytes.count))
      if count < 0 {
        guard errno == EINTR else { throw SystemFailure("read \(path)") }
        continue
      }
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    guard fstat(opened, &status) == 0 else { throw SystemFailure("stat \(path)") }
    return (bytes, before, FileStamp(status))
  }

  /// The state of an entry itself, not of what a symbolic link points at; `nil` if it is not there.
  func stamp(_ name: String) throws(SystemFailure) -> FileStamp? {
    var status = stat()
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return nil }
      throw SystemFailure("stat \(name)")
    }
    return FileStamp(status)
  }

  /// The state of the folder itself.
  func stamp() throws(SystemFailure) -> FileStamp {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemFailure("stat") }
    return FileStamp(status)
  }

  /// The names of its entries, sorted by their bytes, without `.` and `..`. A name that is not UTF-8 is left out.
  ///
  /// - Parameter maximum: one more than this many names are returned at most, so that the caller can tell.
  func names(atMost maximum: Int) throws(SystemFailure) -> [String] {
    // A descriptor of its own, since reading moves the position that a duplicate would share.
    let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else {
      let failure = SystemFailure("list")
      if own >= 0 { Glibc.close(own) }
      throw failure
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while names.count <= maximum, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      if let name, name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw SystemFailure("list") }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  func makeFolder(_ name: String) throws(SystemFailure) {
    guard mkdirat(descriptor, name, 0o700) == 0 else { throw SystemFailure("make folder \(name)") }
  }

  /// Makes a new file, with the mode given whatever the umask, and opens it for writing; the caller owns the descriptor.
  func createFile(_ name: String, mode: mode_t) throws(SystemFailure) -> Int32 {
    let opened = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw SystemFailure("create \(name)") }
    guard fchmod(opened, mode) == 0 else {
      let failure = SystemFailure("chmod \(name)")
      Glibc.close(opened)
      throw failure
    }
    return opened
  }

  /// Writes a new file with the mode given whatever the umask, durable when it returns.
  func writeFile(_ name: String, _ bytes: [UInt8], mode: mode_t) throws(SystemFailure) {
    let opened = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw SystemFailure("create \(name)") }
    defer { Glibc.close(opened) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(opened, $0.baseAddress! + written, bytes.count - written) }
      if count < 0 {
        guard errno == EINTR else { throw SystemFailure("write \(name)") }
        continue
      }
      written += count
    }
    guard fchmod(opened, mode) == 0, fsync(opened) == 0 else { throw SystemFailure("write \(name)") }
  }

  func setMode(_ mode: mode_t) throws(SystemFailure) {
    guard fchmod(descriptor, mode) == 0 else { throw SystemFailure("chmod") }
  }

  func sync() throws(SystemFailure) {
    guard fsync(descriptor) == 0 else { throw SystemFailure("fsync") }
  }

  /// Renames within the folder.
  func rename(_ name: String, to newName: String) throws(SystemFailure) {
    guard renameat(descriptor, name, descriptor, newName) == 0 else { throw SystemFailure("rename \(name)") }
  }

  /// Removes an entry and all below it, write-protected folders too.
  func removeTree(_ name: String) throws(SystemFailure) {
    guard let stamp = try stamp(name) else { return }
    guard stamp.kind == .folder else {
      guard unlinkat(descriptor, name, 0) == 0 else { throw SystemFailure("remove \(name)") }
      return
    }
    let inner = try folder(name)
    try inner.setMode(0o700)
    while true {
      let names = try inner.names(atMost: 1000)
      guard !names.isEmpty else { break }
      for entry in names { try inner.removeTree(entry) }
    }
    guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 else { throw SystemFailure("remove \(name)") }
  }
}
