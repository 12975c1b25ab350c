import Foundation
import Model

/// Writes the folder of a new hook so that a watching server sees all of it or nothing.
struct HookFolderWriter {
  /// The folder of hooks.
  let folder: String

  /// Writes `template` to the folder `name`, and returns the new folder's path.
  ///
  /// - Throws: `Problem` with code `conflict` when there is a hook of this name, with code `internal` when the folder
  ///   cannot be written.
  func write(_ template: HookTemplate, name: String) throws -> String {
    try Name.validate(name, field: "NAME")
    let manager = FileManager.default
    let taken = ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).filter {
      $0 == name || $0.hasPrefix(name + ".")
    }
    if let file = taken.sorted().first {
      throw Problem(
        .conflict, "there is already \(folder)/\(file)", field: "NAME", hint: "take another name or remove it first")
    }
    // Hook folders have no names that begin with a dot, so the server does not look at the unfinished one.
    let unfinished = "\(folder)/.new-\(name)-\(getpid())"
    do {
      try manager.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
      for file in template.files {
        let path = unfinished + "/" + file.path
        try Data(file.content.utf8).write(to: URL(fileURLWithPath: path))
        if file.isExecutable { try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path) }
      }
      try manager.moveItem(atPath: unfinished, toPath: folder + "/" + name)
    } catch {
      try? manager.removeItem(atPath: unfinished)
      throw Problem(.internal, "the hook could not be written: \(error.localizedDescription)", file: folder)
    }
    return folder + "/" + name
  }
}
