import Foundation
import Model
import Store
import Testing

@testable import Content

@Suite("A folder of hooks among other origins")
struct HookOriginsTests {
  private let good = "runtime: python\nentry: main.py\n"

  private func files(_ text: String) -> [BundleFile] {
    [
      BundleFile(path: "hook.yaml", bytes: Array(good.utf8)), BundleFile(path: "main.py", bytes: Array(text.utf8)),
    ]
  }

  private func deploy(_ fixture: HookFolderFixture, _ name: String, _ text: String) async throws -> DeploymentResource {
    try await fixture.deployer.deploy(
      DeploymentOrder(instance: HookFolderFixture.instance, name: name, files: files(text), actor: "key:1"))
  }

  @Test("neither overwrites nor removes what others deployed, until its own files change, over a restart too")
  func deployments() async throws {
    let fixture = try HookFolderFixture()
    try fixture.write("greet/hook.yaml", good)
    try fixture.write("greet/main.py", "folder 1")
    try await fixture.folder.start()
    _ = try await deploy(fixture, "greet", "api")
    _ = try await deploy(fixture, "other", "api")
    await fixture.folder.rescan()
    #expect(try fixture.text("greet", "main.py") == "api")
    await fixture.folder.stop()

    let second = fixture.restarted()
    try await second.start()
    #expect(try fixture.text("greet", "main.py") == "api")
    #expect(fixture.store.byName.keys.sorted() == ["greet", "other"])
    #expect(!fixture.sleep.isSleeping(for: .seconds(1)), "what never was in the folder is not missing in it")
    try fixture.write("greet/main.py", "folder 2")
    await second.rescan()
    #expect(try fixture.text("greet", "main.py") == "folder 2")
    #expect(fixture.version("greet") == 3)
    await second.stop()
  }

  @Test("stays with a version that was rolled back, until its files change")
  func rollback() async throws {
    let fixture = try HookFolderFixture()
    try fixture.write("hello.py", "1")
    try await fixture.folder.start()
    try fixture.write("hello.py", "2")
    await fixture.folder.rescan()
    let hook = try #require(fixture.store.byName["hello"])
    let back = try await fixture.deployer.rollBack(hook, to: nil, expected: nil, by: "key:1")
    #expect(back.version.number == 1)
    await fixture.folder.rescan()
    await fixture.folder.stop()
    let second = fixture.restarted()
    try await second.start()
    #expect(fixture.version("hello") == 1)
    // Back to what the folder had before is a change of the folder's content as well.
    try fixture.write("hello.py", "1")
    await second.rescan()
    #expect(fixture.version("hello") == 1)
    try fixture.write("hello.py", "2")
    await second.rescan()
    #expect(fixture.version("hello") == 3)
    await second.stop()
  }

  @Test("lets a removed hook be, until its files change")
  func removal() async throws {
    let fixture = try HookFolderFixture()
    try fixture.write("hello.py", "1")
    try await fixture.folder.start()
    let hook = try #require(fixture.store.byName["hello"])
    _ = try await fixture.store.remove(hook.id, by: "key:1", at: hook.createdAt)
    await fixture.folder.stop()
    let second = fixture.restarted()
    try await second.start()
    #expect(fixture.store.byName.isEmpty)
    try fixture.write("hello.py", "2")
    await second.rescan()
    #expect(try fixture.text("hello", "hello.py") == "2")
    await second.stop()
  }

  @Test("removes only what came from it when its files go")
  func absence() async throws {
    let fixture = try HookFolderFixture()
    var changes = fixture.store.changes.makeAsyncIterator()
    try fixture.write("hello.py", "1")
    try fixture.write("ours.py", "1")
    try await fixture.folder.start()
    _ = try await deploy(fixture, "ours", "api")
    try fixture.scratch.remove("hooks/hello.py")
    try fixture.scratch.remove("hooks/ours.py")
    await fixture.folder.rescan()
    await fixture.sleep.end(.seconds(1))
    for expected in [
      MemoryStore.Change.deployed("hello", version: 1), .deployed("ours", version: 1), .deployed("ours", version: 2),
      .removed("hello"),
    ] {
      #expect(await changes.next() == expected)
    }
    await fixture.folder.rescan()
    #expect(fixture.store.byName.keys.sorted() == ["ours"])
    await fixture.folder.stop()
  }
}
