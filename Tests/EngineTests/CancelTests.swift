import EventLoop
import Model
import Store
import Testing

@testable import Engine

@LoopActor @Suite(.timeLimit(.minutes(2)))
struct CancelTests {
  /// A stored run that nobody has queued yet.
  private func stored(_ fixture: EngineFixture) async throws -> Run {
    let hook = try await fixture.deploy("work")
    return try await fixture.store.runs.enqueue(
      Run(
        id: ID(at: fixture.clock.now), instance: fixture.instance.id, hook: hook.id, hookName: hook.name,
        bundleHash: hook.version.bundle.hash, definition: hook.version.definition, cause: RunCause(kind: .manual),
        isAsynchronous: true, queuedAt: fixture.clock.now), RunBodies())
  }

  /// Between having its place and going on a run is neither waiting nor live: whoever cancels it then waits, and is not
  /// told that it goes on elsewhere.
  @Test func aRunThatIsBeingClaimedIsCancelledWhenItIsKnownWhatItIs() async throws {
    let fixture = try await EngineFixture()
    let engine = try await fixture.engine()
    let run = try await stored(fixture)
    engine.claims.insert(run.id)
    let cancelling = Task { try await engine.cancel(run.id, by: "key ci") }
    while engine.claimWaiters[run.id] == nil { await Task.yield() }
    #expect(try await fixture.store.runs.find(run.id)?.status == .queued)
    // The claim has come to nothing.
    engine.endClaim(of: run.id)
    #expect(try await cancelling.value.status == .cancelled)
    #expect(engine.claimWaiters.isEmpty && engine.claims.isEmpty)
    await engine.shutDown()
  }

  /// A run of this host that ended while its claim went on has ended, and is at no other host.
  @Test func aRunThatEndedMeanwhileHasEnded() async throws {
    let fixture = try await EngineFixture()
    let engine = try await fixture.engine()
    let run = try await stored(fixture)
    #expect(try await fixture.store.runs.start(run.id, host: fixture.host.id, at: fixture.clock.now))
    engine.claims.insert(run.id)
    let cancelling = Task { try await engine.cancel(run.id, by: "key ci") }
    while engine.claimWaiters[run.id] == nil { await Task.yield() }
    _ = try await fixture.store.runs.finish(
      run.id, RunEnd(status: .succeeded, endedAt: fixture.clock.now), bodies: nil, logs: [], aftermath: nil)
    engine.endClaim(of: run.id)
    let problem = await #expect(throws: Problem.self) { _ = try await cancelling.value }
    #expect(problem?.message == "the run has ended already: succeeded")
    await engine.shutDown()
  }

  @Test func nothingIsLeftOfAClaim() async throws {
    let fixture = try await EngineFixture()
    var starts = fixture.strategy.starts.makeAsyncIterator()
    let engine = try await fixture.engine()
    let hook = try await fixture.deploy("work")
    for _ in 0..<3 {
      _ = try await engine.invoke(fixture.invocation(hook))
      _ = await starts.next()
    }
    await engine.shutDown()
    #expect(engine.claims.isEmpty && engine.live.isEmpty)
    #expect(try await fixture.runs().map(\.status) == [.failed, .failed, .failed])
  }
}
