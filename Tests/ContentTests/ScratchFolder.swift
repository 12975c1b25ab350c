import Foundation

/// A folder of its own for one test, removed with it.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/grapnel-content-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // Bundles are write-protected folders. Links are left alone: tests plant some that lead out of the folder, and
    // chmod would follow them.
    if let entries = FileManager.default.enumerator(atPath: path) {
      while let entry = entries.nextObject() as? String {
        var status = stat()
        guard lstat("\(path)/\(entry)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
        chmod("\(path)/\(entry)", 0o700)
      }
    }
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file in place, making the folders above it.
  func write(_ name: String, _ text: String, isExecutable: Bool = false) throws {
    try write(name, Array(text.utf8), isExecutable: isExecutable)
  }

  func write(_ name: String, _ bytes: [UInt8], isExecutable: Bool = false) throws {
    let file = "\(path)/\(name)"
    let parent = URL(fileURLWithPath: file).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
    defer { close(descriptor) }
    guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    chmod(file, isExecutable ? 0o755 : 0o644)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(path)/\(name)")
  }

  /// Renames over what is there.
  func rename(_ name: String, to newName: String) throws {
    guard Foundation.rename("\(path)/\(name)", "\(path)/\(newName)") == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }
}
