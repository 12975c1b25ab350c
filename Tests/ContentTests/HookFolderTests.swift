import Foundation
import Model
import Store
import Synchronization
import Testing

@testable import Content

@Suite("A folder of hooks")
struct HookFolderTests {
  private let good = "runtime: python\nentry: main.py\n"

  @Test("deploys folders and single files, and ignores what is no hook")
  func firstScan() async throws {
    let fixture = try HookFolderFixture()
    try fixture.write("greet/hook.yaml", good)
    try fixture.write("greet/main.py", "print()")
    try fixture.write("greet/lib/a.py", "")
    try fixture.write("greet/.git/config", "")
    try fixture.write("greet/__pycache__/main.pyc", "")
    try fixture.write("greet/main.py~", "old")
    try fixture.write("greet/.main.py.swp", "")
    try fixture.write("hello.py", "print('hello')")
    try fixture.write("tool", "#!/bin/bash\n")
    try fixture.write("odd", "#!/opt/odd\n", isExecutable: true)
    try fixture.scratch.write("hooks/native", [0x7F, 0x45, 0x4C, 0x46, 0, 0xFF], isExecutable: true)
    for name in [".hidden.py", "_lib.py", "README.md", "hello.py~", "4913", ".#x.py", "_shared/x"] {
      try fixture.write(name, "x")
    }
    try fixture.scratch.makeFolder("hooks/empty")
    try await fixture.folder.start()
    #expect(await fixture.folder.problems == [:])
    #expect(fixture.store.byName.keys.sorted() == ["greet", "hello", "native", "odd", "tool"])
    let greet = try #require(fixture.store.byName["greet"])
    #expect(
      try fixture.bundles.files(of: greet.version.bundle.hash).map(\.path) == ["hook.yaml", "lib/a.py", "main.py"])
    #expect(fixture.store.byName["hello"]?.version.definition == HookDefinition(runtime: "python", entry: "hello.py"))
    #expect(fixture.store.byName["tool"]?.version.definition.runtime == "bash")
    #expect(fixture.store.byName["odd"]?.version.definition.runtime == "executable")
    #expect(fixture.store.byName["native"]?.version.definition.runtime == "executable")
    #expect(
      fixture.watching.paths == ["", "/empty", "/greet", "/greet/lib"].map { fixture.root + $0 })
    await fixture.folder.stop()
    #expect(fixture.watching.paths.isEmpty)
  }

  @Test("tells what is wrong, with file and line, and lets the rest live")
  func problems() async throws {
    let fixture = try HookFolderFixture(preflight: { definition in
      definition.network == .host ? Problem(.invalid, "network: host is not allowed", field: "network") : nil
    })
    try fixture.write("broken/hook.yaml", "runtime: python\nentry: main.py\nlimts: {}\n")
    try fixture.write("broken/main.py", "")
    try fixture.write("runtime/hook.yaml", "runtime: pyhton\nentry: main.py\n")
    try fixture.write("runtime/main.py", "")
    try fixture.write("entry/hook.yaml", "runtime: python\nentry: mian.py\n")
    try fixture.write("entry/main.py", "")
    try fixture.write("bits/hook.yaml", "runtime: executable\nentry: run\n")
    try fixture.write("bits/run", "x")
    try fixture.write("network/hook.yaml", good + "network: host\n")
    try fixture.write("network/main.py", "")
    try fixture.write("nothing/data", "")
    try fixture.write("twice.py", "")
    try fixture.write("twice.sh", "")
    try fixture.write("Upper.py", "")
    try fixture.write("data.json", "{}")
    try fixture.write("links/hook.yaml", good)
    try fixture.write("links/main.py", "")
    try fixture.scratch.link("hooks/links/secret", to: "/etc/passwd")
    try fixture.scratch.link("hooks/top.py", to: "/etc/passwd")
    try fixture.write("large/hook.yaml", good)
    try fixture.write("large/main.py", String(repeating: "x", count: 1 << 20))
    for index in 0..<51 { try fixture.write("many/f\(index)", "") }
    try fixture.write("fine.py", "")
    try await fixture.folder.start()
    let problems = await fixture.folder.problems
    #expect(fixture.store.byName.keys.sorted() == ["fine"])
    #expect(
      problems.keys.sorted() == [
        "Upper.py", "bits", "broken", "data", "entry", "large", "links", "many", "network", "nothing", "runtime",
        "top.py", "twice",
      ])
    #expect(problems["broken"]?.file == "hooks/broken/hook.yaml")
    #expect(problems["broken"]?.line == 3)
    #expect(problems["broken"]?.hint == "did you mean limits?")
    #expect(problems["runtime"]?.line == 1)
    #expect(problems["runtime"]?.hint == "did you mean python?")
    #expect(problems["entry"]?.line == 2)
    #expect(problems["entry"]?.hint == "did you mean main.py?")
    #expect(problems["bits"]?.hint == "chmod +x bits/run")
    #expect(problems["network"]?.line == 3)
    #expect(problems["network"]?.file == "hooks/network/hook.yaml")
    #expect(problems["twice"]?.message == "the hook twice is there twice: twice.py and twice.sh")
    #expect(problems["links"]?.file == "hooks/links/secret")
    #expect(problems["top.py"]?.file == "hooks/top.py")
    #expect(problems["large"]?.code == .tooLarge)
    #expect(problems["many"]?.rule == "at most 50 files")
    await fixture.folder.stop()
  }

  @Test("never replaces a good version by one that does not validate")
  func brokenKeepsOld() async throws {
    let fixture = try HookFolderFixture()
    try fixture.write("greet/hook.yaml", good)
    try fixture.write("greet/main.py", "1")
    try await fixture.folder.start()
    try fixture.write("greet/hook.yaml", "runtime: [\n")
    try fixture.write("greet/main.py", "2")
    await fixture.folder.rescan()
    #expect(await fixture.folder.problems["greet"]?.file == "hooks/greet/hook.yaml")
    #expect(fixture.version("greet") == 1)
    #expect(try fixture.text("greet", "main.py") == "1")

    try fixture.scratch.remove("hooks/greet/hook.yaml")
    await fixture.folder.rescan()
    #expect(await fixture.folder.problems["greet"] != nil)
    #expect(!fixture.sleep.isSleeping(for: .seconds(1)))

    try fixture.write("greet/hook.yaml", good)
    await fixture.folder.rescan()
    #expect(await fixture.folder.problems.isEmpty)
    #expect(try fixture.text("greet", "main.py") == "2")
    #expect(fixture.version("greet") == 2)

    try fixture.write("greet.sh", "")
    await fixture.folder.rescan()
    #expect(await fixture.folder.problems["greet"]?.code == .conflict)
    #expect(fixture.version("greet") == 2)
    await fixture.folder.stop()
  }

  @Test("removes a hook only when its files are still gone at a second look")
  func removal() async throws {
    let fixture = try HookFolderFixture()
    var changes = fixture.store.changes.makeAsyncIterator()
    try fixture.write("hello.py", "1")
    try await fixture.folder.start()
    #expect(await changes.next() == .deployed("hello", version: 1))
    try fixture.scratch.remove("hooks/hello.py")
    await fixture.folder.rescan()
    await fixture.folder.rescan()
    #expect(fixture.version("hello") == 1)
    await fixture.sleep.end(.seconds(1))
    #expect(await changes.next() == .removed("hello"))

    try fixture.write("hello.py", "1")
    await fixture.folder.rescan()
    #expect(await changes.next() == .deployed("hello", version: 1))
    await fixture.folder.stop()
  }

  @Test("never drops a hook for a pull that unlinks and creates")
  func pull() async throws {
    let fixture = try HookFolderFixture()
    var changes = fixture.store.changes.makeAsyncIterator()
    try fixture.write("greet/hook.yaml", good)
    try fixture.write("greet/main.py", "1")
    try fixture.write("other.py", "1")
    try await fixture.folder.start()
    #expect(await changes.next() == .deployed("greet", version: 1))
    #expect(await changes.next() == .deployed("other", version: 1))
    try fixture.scratch.remove("hooks/greet")
    try fixture.scratch.remove("hooks/other.py")
    await fixture.folder.rescan()
    try fixture.write("greet/hook.yaml", good)
    try fixture.write("greet/main.py", "2")
    await fixture.folder.rescan()
    #expect(await changes.next() == .deployed("greet", version: 2))
    await fixture.sleep.end(.seconds(1))
    #expect(await changes.next() == .removed("other"))
    #expect(fixture.version("greet") == 2)
    await fixture.folder.stop()
  }

  @Test("counts the second look from the absence that it is for")
  func absences() async throws {
    let fixture = try HookFolderFixture()
    var changes = fixture.store.changes.makeAsyncIterator()
    try fixture.write("hello.py", "1")
    try fixture.write("other.py", "1")
    try await fixture.folder.start()
    #expect(await changes.next() == .deployed("hello", version: 1))
    #expect(await changes.next() == .deployed("other", version: 1))
    try fixture.scratch.remove("hooks/hello.py")
    try fixture.scratch.remove("hooks/other.py")
    await fixture.folder.rescan()
    try fixture.write("hello.py", "1")
    await fixture.folder.rescan()
    // Gone again, but not noticed before the second look of the first absence.
    try fixture.scratch.remove("hooks/hello.py")
    await fixture.sleep.end(.seconds(1))
    #expect(await changes.next() == .removed("other"))
    #expect(fixture.version("hello") == 1)
    await fixture.sleep.end(.seconds(1))
    #expect(await changes.next() == .removed("hello"))
    await fixture.folder.stop()
  }

  @Test("takes a save by renaming as one new version")
  func saveByRename() async throws {
    let fixture = try HookFolderFixture()
    try fixture.write("hello.py", "1")
    try await fixture.folder.start()
    try fixture.write(".hello.py.swp", "22")
    await fixture.folder.rescan()
    #expect(fixture.version("hello") == 1)
    try fixture.scratch.rename("hooks/.hello.py.swp", to: "hooks/hello.py")
    await fixture.folder.rescan()
    #expect(fixture.version("hello") == 2)
    #expect(!fixture.sleep.isSleeping(for: .seconds(1)))
    await fixture.folder.stop()
  }

  @Test("removes at the start what went while the server was down")
  func staleStore() async throws {
    let fixture = try HookFolderFixture()
    var changes = fixture.store.changes.makeAsyncIterator()
    _ = try await fixture.store.deployFromFolder(
      Deployment(
        instance: HookFolderFixture.instance.id, name: "old", bundle: Bundle(hash: "", size: 0, fileCount: 0),
        definition: HookDefinition(runtime: "bash", entry: "x"), origin: .folder, actor: "folder"),
      at: Timestamp(microseconds: 0))
    #expect(await changes.next() == .deployed("old", version: 1))
    try await fixture.folder.start()
    await fixture.sleep.end(.seconds(1))
    #expect(await changes.next() == .removed("old"))
    await fixture.folder.stop()
  }

  @Test("keeps all hooks while the folder itself is away")
  func missingFolder() async throws {
    let fixture = try HookFolderFixture()
    try fixture.write("hello.py", "1")
    try await fixture.folder.start()
    try fixture.scratch.rename("hooks", to: "away")
    await fixture.folder.rescan()
    #expect(await fixture.folder.problems["."] != nil)
    #expect(fixture.version("hello") == 1)
    #expect(!fixture.sleep.isSleeping(for: .seconds(1)))
    try fixture.scratch.rename("away", to: "hooks")
    await fixture.folder.rescan()
    #expect(await fixture.folder.problems.isEmpty)
    #expect(fixture.watching.paths == [fixture.root])
    await fixture.folder.stop()
    let none = try HookFolderFixture()
    try none.scratch.remove("hooks")
    await #expect(throws: Problem.self) { try await none.folder.start() }
  }

  @Test("keeps binary files as they are")
  func binary() async throws {
    let fixture = try HookFolderFixture()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try fixture.write("greet/hook.yaml", good)
    try fixture.write("greet/main.py", "")
    try fixture.scratch.write("hooks/greet/data.bin", bytes)
    try await fixture.folder.start()
    let hash = try #require(fixture.store.byName["greet"]?.version.bundle.hash)
    #expect(try fixture.bundles.files(of: hash).first { $0.path == "data.bin" }?.bytes == bytes)
    await fixture.folder.stop()
  }

  @Test("reads five hundred hooks once, and then only the one that changes")
  func many() async throws {
    let fixture = try HookFolderFixture()
    for index in 0..<500 { try fixture.write("hook-\(index).py", "print(\(index))") }
    try await fixture.folder.start()
    #expect(fixture.store.byName.count == 500)
    #expect(await fixture.folder.readings == 500)
    try fixture.write("hook-7.py", "print('changed')")
    await fixture.folder.rescan()
    await fixture.folder.rescan()
    #expect(await fixture.folder.readings == 501)
    #expect(fixture.version("hook-7") == 2)
    await fixture.folder.stop()
  }

  @Test("reads a file again whose stamp is too fresh to be trusted")
  func fresh() async throws {
    let fixture = try HookFolderFixture(fileTime: { _ in SystemWallClock().now + .seconds(-3600) })
    try fixture.write("hello.py", "1")
    try await fixture.folder.start()
    await fixture.folder.rescan()
    #expect(await fixture.folder.readings == 2)
    #expect(fixture.version("hello") == 1)
    await fixture.folder.stop()
  }

  @Test("does not take a file that is written while it is read, but looks again")
  func beingWritten() async throws {
    let writes = Mutex(0)
    let fixture = try HookFolderFixture(fileTime: { path in
      // Called between looking at a file and reading it.
      let count = writes.withLock { count in
        count += 1
        return count
      }
      if count <= 2, let file = FileHandle(forWritingAtPath: path + "/hooks/hello.py") {
        file.seekToEndOfFile()
        file.write(Data("2".utf8))
        try? file.close()
      }
      return SystemWallClock().now + .seconds(3600)
    })
    var changes = fixture.store.changes.makeAsyncIterator()
    try fixture.write("hello.py", "1")
    try await fixture.folder.start()
    #expect(fixture.version("hello") == nil)
    for _ in 0..<4 { await fixture.sleep.end(.milliseconds(25)) }
    #expect(await changes.next() == .deployed("hello", version: 1))
    #expect(try fixture.text("hello", "hello.py") == "122")
    await fixture.folder.stop()
  }

  @Test("waits for the end of a burst, 50 ms after the last change")
  func burst() async throws {
    let fixture = try HookFolderFixture()
    var changes = fixture.store.changes.makeAsyncIterator()
    try await fixture.folder.start()
    try fixture.write("hello.py", "1")
    await fixture.watching.change("hello.py", in: fixture.root)
    await fixture.sleep.end(.milliseconds(25))
    #expect(fixture.version("hello") == nil)
    await fixture.sleep.end(.milliseconds(25))
    #expect(await changes.next() == .deployed("hello", version: 1))
    await fixture.folder.stop()
  }

  @Test("does not wait for ever while changes go on: 200 ms")
  func longBurst() async throws {
    let fixture = try HookFolderFixture()
    var changes = fixture.store.changes.makeAsyncIterator()
    try await fixture.folder.start()
    try fixture.write("hello.py", "1")
    await fixture.watching.change("hello.py", in: fixture.root)
    for slice in 1...8 {
      #expect(fixture.version("hello") == nil, "after \(slice) slices")
      await fixture.watching.change("hello.py", in: fixture.root)
      await fixture.sleep.end(.milliseconds(25))
    }
    #expect(await changes.next() == .deployed("hello", version: 1))
    await fixture.folder.stop()
  }

  @Test("finds what nobody noticed at the slow look")
  func reconcile() async throws {
    let fixture = try HookFolderFixture()
    var changes = fixture.store.changes.makeAsyncIterator()
    try await fixture.folder.start()
    try fixture.write("hello.py", "1")
    await fixture.sleep.end(.seconds(30))
    #expect(await changes.next() == .deployed("hello", version: 1))
    await fixture.folder.stop()
  }

  @Test("watches new folders, and those that replace others of the same name")
  func newFolders() async throws {
    let fixture = try HookFolderFixture()
    try fixture.write("greet/hook.yaml", good)
    try fixture.write("greet/main.py", "")
    try await fixture.folder.start()
    try fixture.write("greet/lib/deep/a.py", "")
    await fixture.folder.rescan()
    #expect(fixture.watching.paths == ["", "/greet", "/greet/lib", "/greet/lib/deep"].map { fixture.root + $0 })
    try fixture.scratch.remove("hooks/greet")
    await fixture.folder.rescan()
    #expect(fixture.watching.paths == [fixture.root])
    await fixture.folder.stop()
  }

  @Test("tries again what the store could not take")
  func storeFails() async throws {
    let fixture = try HookFolderFixture()
    try fixture.write("hello.py", "1")
    fixture.store.refuse(Problem(.unavailable, "the disk is full"))
    try await fixture.folder.start()
    #expect(await fixture.folder.problems["hello"]?.code == .unavailable)
    fixture.store.refuse(nil)
    await fixture.folder.rescan()
    #expect(await fixture.folder.problems.isEmpty)
    #expect(fixture.version("hello") == 1)
    await fixture.folder.stop()
  }
}
