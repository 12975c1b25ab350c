import Foundation
import Testing

/// Texts that are compared with files of `Snapshots/`; `GRAPNEL_UPDATE_SNAPSHOTS=1` writes them anew.
enum Snapshot {
  static func expect(_ text: String, _ name: String, location: SourceLocation = #_sourceLocation) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots")
    let file = folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["GRAPNEL_UPDATE_SNAPSHOTS"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return
    }
    let expected = try? String(contentsOf: file, encoding: .utf8)
    #expect(
      text == expected, "Snapshots/\(name) differs; GRAPNEL_UPDATE_SNAPSHOTS=1 writes it anew", sourceLocation: location
    )
  }
}
