import Content
import Foundation
import Model
import Testing

/// With the real watches of the event loop and the real time; every wait is for a signal of the store.
@Suite("A watched folder of hooks", .timeLimit(.minutes(5)))
struct HookFolderWatchTests {
  private let scratch: ScratchFolder
  private let store = MemoryStore()
  private let bundles: BundleStore
  private let folder: HookFolder

  init() throws {
    scratch = try ScratchFolder()
    try scratch.makeFolder("hooks")
    bundles = try BundleStore(folder: scratch.path + "/bundles")
    folder = HookFolder(
      folder: scratch.path + "/hooks", instance: HookFolderFixture.instance, store: store,
      deployer: HookDeployer(store: store, bundles: bundles, runtimes: SomeRuntimes(), clock: SystemWallClock()),
      clock: SystemWallClock(), logger: HookFolderFixture.logger)
  }

  /// Waits until the active version of `hook` has that text in `path`.
  private func await(
    _ hook: String, _ path: String, _ text: String, _ changes: inout AsyncStream<MemoryStore.Change>.Iterator
  ) async throws {
    while true {
      if let hash = store.byName[hook]?.version.bundle.hash,
        try bundles.files(of: hash).contains(where: { $0.path == path && $0.bytes == Array(text.utf8) })
      {
        return
      }
      _ = await changes.next()
    }
  }

  @Test("makes new, changed and replaced files live, also in new folders")
  func live() async throws {
    var changes = store.changes.makeAsyncIterator()
    try await folder.start()
    try scratch.write("hooks/hello.py", "1")
    try await self.await("hello", "hello.py", "1", &changes)
    try scratch.write("hooks/hello.py", "2")
    try await self.await("hello", "hello.py", "2", &changes)
    try scratch.write("hooks/.hello.py.swp", "3")
    try scratch.rename("hooks/.hello.py.swp", to: "hooks/hello.py")
    try await self.await("hello", "hello.py", "3", &changes)

    try scratch.write("hooks/greet/main.py", "1")
    try scratch.write("hooks/greet/hook.yaml", "runtime: python\nentry: main.py\n")
    try await self.await("greet", "main.py", "1", &changes)
    try scratch.write("hooks/greet/lib/a.py", "1")
    try await self.await("greet", "lib/a.py", "1", &changes)
    try scratch.write("hooks/greet/lib/a.py", "2")
    try await self.await("greet", "lib/a.py", "2", &changes)

    // Another folder of the same name is watched as well.
    try scratch.remove("hooks/greet/lib")
    try scratch.write("hooks/greet/lib/a.py", "3")
    try await self.await("greet", "lib/a.py", "3", &changes)
    try scratch.write("hooks/greet/lib/a.py", "4")
    try await self.await("greet", "lib/a.py", "4", &changes)
    #expect(await folder.problems.isEmpty)
    await folder.stop()
  }

  @Test("ends with the last of many concurrent edits")
  func concurrentEdits() async throws {
    var changes = store.changes.makeAsyncIterator()
    try await folder.start()
    let scratch = scratch
    try await withThrowingTaskGroup(of: Void.self) { group in
      for hook in 0..<20 {
        group.addTask {
          for edit in 0...30 {
            if edit % 3 == 0 {
              try scratch.write("hooks/.hook-\(hook).py.swp", "\(edit)")
              try scratch.rename("hooks/.hook-\(hook).py.swp", to: "hooks/hook-\(hook).py")
            } else {
              try scratch.write("hooks/hook-\(hook).py", "\(edit)")
            }
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
    for hook in 0..<20 { try await self.await("hook-\(hook)", "hook-\(hook).py", "30", &changes) }
    #expect(store.byName.count == 20)
    await folder.stop()
  }

  @Test("never drops a hook while git replaces files")
  func pull() async throws {
    var changes = store.changes.makeAsyncIterator()
    try scratch.write("hooks/hello.py", "0")
    try await folder.start()
    for round in 1...30 {
      try scratch.remove("hooks/hello.py")
      try scratch.write("hooks/hello.py", "\(round)")
      #expect(store.byName["hello"] != nil)
    }
    try await self.await("hello", "hello.py", "30", &changes)
    await folder.stop()
  }
}
