import Foundation
import GRDB
import Model
import Store
import StoreSQLite
import Testing

/// A disk that fills up: what was acknowledged stays, what was not is refused with the reason, and the store goes on
/// when there is space again.
@Suite struct DiskFullTests {
  @Test(.enabled(if: SmallDisk.isPossible, "mounting a small file system needs root"))
  func theStoreSurvivesAFullDisk() async throws {
    let disk = try SmallDisk(bytes: 4 << 20)
    let time = Timestamp(microseconds: 1)
    let store = try SQLiteStore(path: disk.path + "/grapnel.db")
    let instance = try await store.instances.create(name: "main", at: time)
    let run = {
      Run(
        id: ID(at: time), instance: instance.id, hook: nil, hookName: nil,
        bundleHash: String(repeating: "a", count: 64),
        definition: HookDefinition(runtime: "bash", entry: "a.sh"), cause: RunCause(kind: .manual), queuedAt: time)
    }
    var acknowledged: [ID<Run>] = []
    var refusal: Problem?
    for _ in 0..<100 where refusal == nil {
      do {
        let bodies = RunBodies(input: [UInt8](repeating: 7, count: 100_000))
        acknowledged.append(try await store.runs.enqueue(run(), bodies).id)
      } catch let problem as Problem {
        refusal = problem
      }
    }
    #expect(refusal?.code == .unavailable)
    #expect(refusal?.message == "the disk that holds the store is full")
    #expect(acknowledged.count > 3)
    for id in acknowledged { #expect(try await store.runs.bodies(id)?.input.count == 100_000) }

    try disk.resize(bytes: 64 << 20)
    let next = try await store.runs.enqueue(run(), RunBodies())
    #expect(next.serial == Int64(acknowledged.count) + 1)
    try await store.close()
    let check = try DatabaseQueue(path: disk.path + "/grapnel.db")
    #expect(try await check.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    try check.close()
  }
}

/// A file system of a few mebibytes that a test can fill.
private final class SmallDisk: Sendable {
  private let folder: TemporaryFolder

  static let isPossible: Bool = {
    guard geteuid() == 0, let disk = try? SmallDisk(bytes: 1 << 20) else { return false }
    withExtendedLifetime(disk) {}
    return true
  }()

  init(bytes: Int) throws {
    folder = try TemporaryFolder()
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(bytes)") == 0 else { throw POSIXError(.EPERM) }
  }

  deinit {
    umount2(folder.path, Int32(MNT_DETACH))
  }

  var path: String { folder.path }

  func resize(bytes: Int) throws {
    guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(bytes)") == 0 else {
      throw POSIXError(.EPERM)
    }
  }
}
