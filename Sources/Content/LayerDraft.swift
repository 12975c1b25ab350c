import EventLoop
import Glibc
import Model

/// A layer that is being written, from the tar stream of the command that makes it.
///
/// Nothing that a run could touch is on its way: it stands in the layers' folder, every part of a path is opened by
/// itself from the descriptor of the part before, and no link is followed or made.
final class LayerDraft {
  /// How deep folders may nest in a layer; packages of Node stand in each other.
  static let maximumDepth = 64

  private let folders: HashedFolders
  private let key: String
  private let step: LayerStep
  private let name: String
  private let top: FolderDescriptor
  private var reader = TarReader()
  private var open: Int32 = -1
  private var openPath = ""
  private var lastFolder: (path: String, folder: FolderDescriptor)?
  private var bytes: Int64 = 0
  private var entries = 0
  private var isDone = false

  init(_ folders: HashedFolders, key: String, step: LayerStep) throws(SystemFailure) {
    self.folders = folders
    self.key = key
    self.step = step
    name = HashedFolders.draftName(of: key)
    try folders.root.makeFolder(name)
    top = try folders.root.folder(name)
  }

  deinit {
    if open >= 0 { close(open) }
    if !isDone { try? folders.root.removeTree(name) }
  }

  /// - Throws: `Problem` for what cannot be kept, `SystemFailure`.
  func append(_ chunk: [UInt8]) throws {
    try reader.read(chunk) { try take($0) }
  }

  /// Makes it durable and gives it its name.
  ///
  /// - Throws: `Problem` if the stream was cut, `SystemFailure`.
  func finish() throws {
    guard reader.isComplete else {
      throw Problem(.invalid, "the step ended before its result was whole", rule: "a tar stream on descriptor 3")
    }
    try endFile()
    lastFolder = nil
    try seal(top)
    do {
      try FileSystem.sync(holding: top.descriptor)
    } catch {
      throw Problem(.unavailable, "the layer cannot be made durable: \(error)")
    }
    try folders.publish(name, as: key)
    isDone = true
  }

  private func take(_ part: TarReader.Part) throws {
    switch part {
    case .folder(let path):
      try endFile()
      _ = try folder(path)
    case .file(let path, let isExecutable, let size):
      try endFile()
      bytes += size
      guard bytes <= step.size.bytes else {
        throw Problem(.tooLarge, "the result has more than \(step.size)", rule: "at most \(step.size)")
      }
      try count()
      let (parent, last) = try place(of: path)
      open = try parent.createFile(last, mode: isExecutable ? 0o555 : 0o444)
      openPath = path
    case .content(let content):
      try write(content)
    }
  }

  private func write(_ content: ArraySlice<UInt8>) throws(SystemFailure) {
    var rest = content
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(open, $0.baseAddress, $0.count) }
      if count < 0 {
        guard errno == EINTR else { throw SystemFailure("write \(openPath)") }
        continue
      }
      rest = rest.dropFirst(count)
    }
  }

  private func endFile() throws(SystemFailure) {
    guard open >= 0 else { return }
    let descriptor = open
    open = -1
    guard close(descriptor) == 0 else { throw SystemFailure("write \(openPath)") }
  }

  private func count() throws {
    entries += 1
    guard entries <= step.files else {
      throw Problem(.tooLarge, "the result has more than \(step.files) files", rule: "at most \(step.files)")
    }
  }

  private func place(of path: String) throws -> (FolderDescriptor, String) {
    guard let slash = path.lastIndex(of: "/") else { return (top, path) }
    return (try folder(String(path[..<slash])), String(path[path.index(after: slash)...]))
  }

  /// A folder of the layer, made where it is missing.
  private func folder(_ path: String) throws -> FolderDescriptor {
    if let lastFolder, lastFolder.path == path { return lastFolder.folder }
    guard path.utf8.count(where: { $0 == UInt8(ascii: "/") }) < Self.maximumDepth else {
      throw Problem(
        .tooLarge, "the folders of the result are nested too deeply", rule: "at most \(Self.maximumDepth) levels")
    }
    let (parent, last) = try place(of: path)
    let folder: FolderDescriptor
    if let stamp = try parent.stamp(last) {
      guard stamp.kind == .folder else {
        throw Problem(.invalid, "the result has a path that is both a file and a folder", file: path)
      }
      folder = try parent.folder(last)
    } else {
      try count()
      try parent.makeFolder(last)
      folder = try parent.folder(last)
    }
    lastFolder = (path, folder)
    return folder
  }

  /// Takes the right to write away, from the deepest folders up.
  private func seal(_ folder: FolderDescriptor) throws(SystemFailure) {
    for name in try folder.names(atMost: .max - 1) where try folder.stamp(name)?.kind == .folder {
      try seal(try folder.folder(name))
    }
    try folder.setMode(0o555)
  }
}
