import Foundation
import Model
import Runtimes
import Sandbox

/// What a server was told to do, checked as far as it can be before anything is changed.
struct ServerPlan: Codable {
  var hooks: String
  var data: String
  var runtimes: String
  var listen: ListenAddress
  var configuration: ServerConfiguration

  /// - Throws: `Problem` if the folder of hooks or of runtimes is not there.
  init(
    hooks: String, data: String, listen: ListenAddress?, configuration: ServerConfiguration,
    environment: [String: String]
  ) throws {
    guard Self.isFolder(hooks) else {
      throw Problem(
        .notFound, "there is no folder of hooks at \(hooks)", hint: "name it: grapnel serve FOLDER, or make it")
    }
    for (name, folder) in configuration.instances.sorted(by: { $0.key < $1.key }) where !Self.isFolder(folder) {
      throw Problem(
        .notFound, "there is no folder of hooks at \(folder)", field: "instances.\(name)", hint: "make it")
    }
    self.hooks = hooks
    self.data = data
    self.runtimes = try RuntimesFolder.find(environment: environment)
    self.listen = listen ?? configuration.listen ?? .standard
    self.configuration = configuration
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// - Parameter level: what the launcher enforces.
  func launcher(level: SandboxLevel, folder: DataFolder, catalog: RuntimeCatalog) -> LauncherConfiguration {
    LauncherConfiguration(
      level: level, bundlesFolder: folder.bundles, layersFolder: folder.layers, runtimesFolder: runtimes,
      readOnlyMounts: configuration.mounts,
      userIDBase: configuration.uidBase, cgroupName: cgroupName,
      // The engine keeps runs from it that are not allowed to have it.
      allowsHostNetwork: configuration.allowsHostNetwork || configuration.installation.mode == .on,
      warmRuntimes: catalog.warmRuntimes)
  }

  /// The runtimes, with their compilers and installers looked for where this server may use them.
  func catalog(_ environment: [String: String]) throws -> RuntimeCatalog {
    try RuntimeCatalog(
      folder: runtimes, tools: ToolSearch(path: environment["PATH"] ?? "", mounts: configuration.mounts))
  }

  /// One name for every data folder of this machine, the same at every start.
  private var cgroupName: String {
    var status = stat()
    guard stat(data, &status) == 0 else { return "grapnel" }
    return "grapnel-\(status.st_dev)-\(status.st_ino)"
  }
}
