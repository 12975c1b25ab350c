import Foundation
import Model

/// Where the runtimes that come with the product are.
enum RuntimesFolder {
  /// `GRAPNEL_RUNTIMES`, else `share/grapnel/runtimes` beside the folder of the executable, else `runtimes` in a folder
  /// above it, as in a checkout.
  ///
  /// - Throws: `Problem` `unavailable` if there is none.
  static func find(environment: [String: String]) throws -> String {
    if let named = environment["GRAPNEL_RUNTIMES"] { return named }
    let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
    let installed = folder.deletingLastPathComponent().appendingPathComponent("share/grapnel/runtimes").path
    if FileManager.default.fileExists(atPath: installed) { return installed }
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("runtimes").path
      if FileManager.default.fileExists(atPath: candidate + "/python/runtime.yaml") { return candidate }
      folder.deleteLastPathComponent()
    }
    throw Problem(
      .unavailable, "the folder of the runtimes is not beside \(executable)", hint: "set GRAPNEL_RUNTIMES to it")
  }
}
