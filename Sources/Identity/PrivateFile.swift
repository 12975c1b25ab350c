import Foundation
import Model

/// A small file of the data folder that only its owner may read.
struct PrivateFile {
  let folder: String
  let name: String

  private var path: String { folder + "/" + name }

  /// The content; `nil` if there is no such file.
  ///
  /// - Throws: `Problem` if others may read or write it, if it is not a plain file, or if it cannot be read.
  func read(atMost limit: Int) throws -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw fault("cannot be opened")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw fault("cannot be examined") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Problem(.invalid, "is not a plain file", file: name)
    }
    guard status.st_mode & 0o077 == 0 else {
      throw Problem(
        .invalid, "holds a secret, but others than its owner may use it", rule: "mode 0600",
        hint: "run: chmod 600 \(path)", file: name)
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: limit)
    while bytes.count < limit {
      let count = Foundation.read(descriptor, &buffer, limit - bytes.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw fault("cannot be read") }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// Makes the file with all its content at once: nobody ever sees a part of it.
  ///
  /// - Returns: false if there is one already, which is left as it is.
  func create(_ bytes: [UInt8]) throws -> Bool {
    let draft = try writeDraft(bytes)
    defer { unlink(draft) }
    // link, unlike rename, does not replace.
    guard link(draft, path) == 0 else {
      if errno == EEXIST { return false }
      throw fault("cannot be made")
    }
    try syncFolder()
    return true
  }

  /// Makes the file, or puts a new one in its place.
  func replace(_ bytes: [UInt8]) throws {
    let draft = try writeDraft(bytes)
    guard rename(draft, path) == 0 else {
      let problem = fault("cannot be replaced")
      unlink(draft)
      throw problem
    }
    try syncFolder()
  }

  private func writeDraft(_ bytes: [UInt8]) throws -> String {
    let draft = "\(path).\(getpid()).\(UInt64.random(in: .min ... .max))"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw fault("cannot be made") }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let problem = fault("cannot be written")
        unlink(draft)
        throw problem
      }
      written += count
    }
    guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0 else {
      let problem = fault("cannot be written")
      unlink(draft)
      throw problem
    }
    return draft
  }

  private func syncFolder() throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault("cannot be made durable") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fault("cannot be made durable") }
  }

  private func fault(_ what: String) -> Problem {
    Problem(.unavailable, "\(what): \(String(cString: strerror(errno)))", file: name)
  }
}
