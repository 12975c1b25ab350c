import Foundation
import Model
import Synchronization
import Testing

@testable import Content

@Suite struct HookPreparationTests {
  private let scratch: ScratchFolder
  private let layers: LayerStore
  private let maker = FakeMaking()
  private let preparation: HookPreparation
  private let messages = Messages()

  private final class Messages: Sendable {
    let entries = Mutex<[LogEntry]>([])
    var texts: [String] {
      entries.withLock { $0.map { if case .json(.string(let text)) = $0.value { text } else { "" } } }
    }
  }

  init() throws {
    scratch = try ScratchFolder()
    layers = try LayerStore(folder: scratch.path + "/layers")
    preparation = HookPreparation(
      layers: layers, bundles: try BundleStore(folder: scratch.path + "/bundles"), maker: maker,
      clock: ManualWallClock(), logger: HookFolderFixture.logger,
      record: { [messages] entries in messages.entries.withLock { $0 += entries } })
    var stream = TarStream()
    stream.add("./bin/", kind: "5")
    stream.add("./bin/main", Array("program".utf8), mode: 0o755)
    let whole = stream.whole
    maker.state.withLock { state in
      state.steps = [Self.step(.prepared)]
      state.stream = whole
      state.words = "compiling\n"
    }
  }

  private static func step(_ kind: LayerStep.Kind, files: Int = 10) -> LayerStep {
    LayerStep(kind: kind, paths: [], identity: ["compiler 1"], size: .kibibytes(64), files: files)
  }

  private func subject(_ hook: String = "hello", _ source: String = "code") -> HookPreparation.Subject {
    HookPreparation.Subject(
      instance: HookFolderFixture.instance, hook: hook, definition: HookDefinition(runtime: "x", entry: "main.src"),
      files: [
        BundleFile(path: "main.src", bytes: Array(source.utf8)),
        BundleFile(path: "hook.yaml", bytes: Array("for \(hook)".utf8)),
      ])
  }

  private func status(_ hook: String = "hello") -> PreparationStatus? {
    preparation.status(instance: HookFolderFixture.instance.id, hook: hook)
  }

  private var leftovers: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: layers.folder)
    return (names ?? []).filter { $0.hasPrefix(".") }
  }

  @Test func aLayerIsWrittenOnceAndSealed() async throws {
    #expect(try await preparation.ready(subject()) == nil)
    let made = try #require(try await preparation.prepare(subject()))
    let name = try #require(made.prepared)
    let path = "\(layers.folder)/\(name)/bin/main"
    #expect(FileManager.default.contents(atPath: path) == Data("program".utf8))
    for (entry, mode) in [("", 0o555), ("/bin", 0o555), ("/bin/main", 0o555)] {
      let facts = try FileManager.default.attributesOfItem(atPath: "\(layers.folder)/\(name)\(entry)")
      #expect(facts[.posixPermissions] as? Int == mode, "\(entry)")
    }
    // Another hook with the same sources, and another file beside them.
    #expect(try await preparation.prepare(subject("other")) == made)
    #expect(try await preparation.ready(subject("third")) == .some(made))
    #expect(maker.state.withLock { $0.makings } == [.prepared])
    #expect(try await preparation.prepare(subject("hello", "other code"))?.prepared != name)
    #expect(status() == nil && leftovers.isEmpty)
    #expect(messages.texts.contains("compiling"))
  }

  @Test func thoseWhoAskAtTheSameTimeWaitForOneMaking() async throws {
    maker.state.withLock { $0.isHeld = true }
    let first = Task { try await preparation.prepare(subject("first")) }
    await withCheckedContinuation { waiter in
      let hasBegun = maker.state.withLock { state in
        if state.makings.isEmpty { state.begun.append(waiter) }
        return !state.makings.isEmpty
      }
      if hasBegun { waiter.resume() }
    }
    let second = Task { try await preparation.prepare(subject("second")) }
    while status("second") == nil { await Task.yield() }
    #expect(status("first")?.state == .preparing)
    while maker.state.withLock({ $0.gate == nil }) { await Task.yield() }
    maker.release()
    #expect(try await first.value == second.value)
    #expect(maker.state.withLock { $0.makings.count } == 1)
  }

  @Test func dependenciesComeBeforeWhatIsMadeWithThem() async throws {
    maker.state.withLock { $0.steps = [Self.step(.dependencies), Self.step(.prepared)] }
    let made = try #require(try await preparation.prepare(subject()))
    #expect(made.names.count == 2)
    #expect(maker.state.withLock { $0.makings } == [.dependencies, .prepared])
    #expect(maker.state.withLock { $0.dependencies } == [nil, made.dependencies])
  }

  @Test func aFailureNamesFileAndLineAndLeavesNothing() async throws {
    maker.state.withLock { state in
      state.problem = Problem(.invalid, "the preparation failed with exit code 1")
      state.words = "note\nmain.src:7:3: error: no such thing\nmain.src:9: error: later"
    }
    let problem = await #expect(throws: Problem.self) { try await preparation.prepare(subject()) }
    #expect(problem?.file == "main.src")
    #expect(problem?.line == 7)
    #expect(problem?.message == "the preparation failed with exit code 1: no such thing")
    #expect(status()?.problem == problem)
    preparation.forgetFailures(instance: HookFolderFixture.instance.id, except: ["hello"])
    #expect(status() != nil)
    preparation.forgetFailures(instance: HookFolderFixture.instance.id, except: ["other"])
    #expect(status() == nil)
    #expect(try layers.names().isEmpty && leftovers.isEmpty)
    #expect(messages.texts.contains("main.src:9: error: later"))
    maker.state.withLock { $0.problem = nil }
    #expect(try await preparation.prepare(subject()) != nil)
    #expect(status() == nil)
  }

  @Test func aResultThatIsCutOrTooLargeIsNotKept() async throws {
    let whole = maker.state.withLock { $0.stream }
    maker.state.withLock { $0.stream = Array(whole.dropLast(1024)) }
    await #expect(throws: Problem.self) { try await preparation.prepare(subject()) }
    maker.state.withLock { state in
      state.stream = whole
      state.steps = [Self.step(.prepared, files: 1)]
    }
    let problem = await #expect(throws: Problem.self) { try await preparation.prepare(subject()) }
    #expect(problem?.code == .tooLarge)
    var large = TarStream()
    large.add("large", Array(repeating: 1, count: 70_000))
    let stream = large.whole
    maker.state.withLock { state in
      state.stream = stream
      state.steps = [Self.step(.prepared)]
    }
    let second = await #expect(throws: Problem.self) { try await preparation.prepare(subject()) }
    #expect(second?.code == .tooLarge)
    #expect(try layers.names().isEmpty && leftovers.isEmpty)
  }

  @Test func whatACrashLeftHalfMadeGoesAtTheNextStart() throws {
    let draft = "\(layers.folder)/.new-\(String(repeating: "a", count: 64))-1"
    try FileManager.default.createDirectory(atPath: draft + "/bin", withIntermediateDirectories: true)
    _ = try LayerStore(folder: layers.folder)
    #expect(leftovers.isEmpty)
  }

  @Test func layersOfNoVersionAreCollected() async throws {
    let kept = try #require(try await preparation.prepare(subject())?.prepared)
    let unused = try #require(try await preparation.prepare(subject("hello", "old"))?.prepared)
    #expect(try layers.collectGarbage(keeping: [kept]).isEmpty)
    #expect(try layers.collectGarbage(keeping: [kept]).isEmpty)
    #expect(try layers.collectGarbage(keeping: [kept]) == [unused])
    #expect(try layers.names() == [kept])
  }

  @Test func aToolThatIsMissingIsTold() async throws {
    maker.state.withLock { state in
      state.steps = []
      state.problem = Problem(.unavailable, "there is no compiler")
    }
    await #expect(throws: Problem(.unavailable, "there is no compiler")) {
      try await preparation.prepare(subject())
    }
  }
}
