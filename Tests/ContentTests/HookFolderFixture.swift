import Logging
import Model

@testable import Content

/// A folder of hooks whose time and changes a test decides.
struct HookFolderFixture {
  let scratch: ScratchFolder
  let store = MemoryStore()
  let bundles: BundleStore
  let watching = FakeWatching()
  let sleep = ManualSleep()
  private let timing: HookFolderTiming
  let deployer: HookDeployer
  let folder: HookFolder

  var root: String { scratch.path + "/hooks" }

  init(
    preflight: (@Sendable (HookDefinition) -> Problem?)? = nil, fileTime: (@Sendable (String) -> Timestamp)? = nil
  ) throws {
    scratch = try ScratchFolder()
    try scratch.makeFolder("hooks")
    bundles = try BundleStore(
      folder: scratch.path + "/bundles", limits: BundleLimits(size: .mebibytes(1), files: 50))
    var timing = HookFolderTiming()
    timing.sleep = { [sleep] in try await sleep.sleep(for: $0) }
    let path = scratch.path
    // Long after the files changed, so that their stamps can be trusted.
    timing.fileTime = { fileTime?(path) ?? (SystemWallClock().now + .seconds(3600)) }
    self.timing = timing
    deployer = HookDeployer(
      store: store, bundles: bundles, runtimes: SomeRuntimes(), clock: ManualWallClock(), preflight: preflight)
    folder = Self.makeFolder(scratch, store, deployer, watching, timing)
  }

  /// Another life of the same folder, store and bundles, as after a restart.
  func restarted() -> HookFolder { Self.makeFolder(scratch, store, deployer, watching, timing) }

  private static func makeFolder(
    _ scratch: ScratchFolder, _ store: MemoryStore, _ deployer: HookDeployer, _ watching: FakeWatching,
    _ timing: HookFolderTiming
  ) -> HookFolder {
    HookFolder(
      folder: scratch.path + "/hooks", instance: instance, store: store, deployer: deployer, clock: ManualWallClock(),
      logger: logger, watching: watching, timing: timing)
  }

  static let instance = Instance(
    id: ID(at: Timestamp(microseconds: 0)), serial: 1, name: "main", createdAt: Timestamp(microseconds: 0))

  static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  func write(_ name: String, _ text: String, isExecutable: Bool = false) throws {
    try scratch.write("hooks/" + name, text, isExecutable: isExecutable)
  }

  /// The text of a file of a hook's active version.
  func text(_ hook: String, _ path: String) throws -> String? {
    guard let hash = store.byName[hook]?.version.bundle.hash else { return nil }
    return try bundles.files(of: hash).first { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  func version(_ hook: String) -> Int64? { store.byName[hook]?.version.number }
}
