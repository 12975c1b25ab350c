import EventLoop
import Model
import Store
import Testing

@testable import Engine

@LoopActor @Suite(.timeLimit(.minutes(2)))
struct RetryTests {
  private let rule = RetryRule(max: 2, backoff: .seconds(60), factor: 2, jitter: 0.5)

  private func accept(_ invocation: Invocation, by engine: Engine) async throws -> Run {
    guard case .accepted(let run) = try await engine.invoke(invocation) else {
      throw Problem(.internal, "the run was not accepted")
    }
    return run
  }

  @Test func attemptsFollowEachOtherUntilTheLastOneIsADeadLetter() async throws {
    let fixture = try await EngineFixture()
    var (starts, moments) = (fixture.strategy.starts.makeAsyncIterator(), fixture.alarm.moments.makeAsyncIterator())
    let hook = try await fixture.deploy("work", retries: rule)
    let engine = try await fixture.engine()
    let first = try await accept(fixture.invocation(hook), by: engine)
    #expect(await moments.next() == fixture.clock.now + .seconds(60))
    // A version that is deployed meanwhile is for new runs: an attempt repeats what was accepted.
    try await fixture.deploy("work", bundle: "b")
    fixture.clock.advance(by: .seconds(59))
    fixture.alarm.ring()
    // Nothing is due yet: the alarm is set again.
    #expect(await moments.next() == fixture.clock.now + .seconds(1))
    fixture.clock.advance(by: .seconds(1))
    fixture.alarm.ring()
    #expect(await moments.next() == fixture.clock.now + .seconds(120))
    fixture.clock.advance(by: .seconds(120))
    fixture.alarm.ring()
    for _ in 0..<3 { #expect(await starts.next() == String(repeating: "a", count: 64)) }
    await engine.shutDown()
    let runs = try await fixture.runs()
    #expect(runs.map(\.attempt) == [1, 2, 3])
    #expect(runs.map(\.retryOf) == [nil, first.id, first.id])
    #expect(runs.map(\.status) == [.failed, .failed, .failed])
    #expect(runs.allSatisfy { $0.request?.path == "/rest" && $0.cause.kind == .http && $0.isAsynchronous })
    #expect(try await fixture.store.runs.bodies(runs[2].id)?.input == Array("{\"n\":1}".utf8))
    #expect(try await fixture.letters() == [runs[2].id])
  }

  @Test func aRetryThatWaitsOutlivesTheServerAndWakesAtItsTime() async throws {
    let fixture = try await EngineFixture()
    var (starts, moments) = (fixture.strategy.starts.makeAsyncIterator(), fixture.alarm.moments.makeAsyncIterator())
    let engine = try await fixture.engine()
    _ = try await accept(fixture.invocation(fixture.deploy("work", retries: rule)), by: engine)
    let due = await moments.next()
    await engine.shutDown()
    let next = try await fixture.engine()
    #expect(await moments.next() == due)
    _ = await starts.next()
    // Somebody sets the clock: what is due by the new time starts.
    fixture.clock.advance(by: .seconds(3600))
    fixture.alarm.ring(.clockChanged)
    _ = await starts.next()
    await next.shutDown()
    #expect(try await fixture.runs().prefix(2).map(\.status) == [.failed, .failed])
  }

  @Test func aClockThatIsSetBackMakesRetriesWaitForItsNewTime() async throws {
    let fixture = try await EngineFixture()
    var moments = fixture.alarm.moments.makeAsyncIterator()
    let engine = try await fixture.engine()
    fixture.clock.advance(by: .seconds(7200))
    fixture.alarm.ring()
    fixture.clock.advance(by: .seconds(-7200))
    _ = try await accept(fixture.invocation(fixture.deploy("work", retries: rule)), by: engine)
    #expect(await moments.next() == fixture.clock.now + .seconds(60))
    fixture.clock.advance(by: .seconds(60))
    fixture.alarm.ring()
    #expect(await moments.next() == fixture.clock.now + .seconds(120))
    await engine.shutDown()
  }

  @Test func aLostRunIsTriedAgainOnce() async throws {
    let fixture = try await EngineFixture()
    var moments = fixture.alarm.moments.makeAsyncIterator()
    let hook = try await fixture.deploy("work", retries: rule, onFailure: "mourn")
    for isAsynchronous in [true, false] {
      let run = Run(
        id: ID(at: fixture.clock.now), instance: fixture.instance.id, hook: hook.id, hookName: "work",
        bundleHash: hook.version.bundle.hash, definition: hook.version.definition, cause: RunCause(kind: .http),
        isAsynchronous: isAsynchronous, queuedAt: fixture.clock.now)
      _ = try await fixture.store.runs.enqueue(run, RunBodies(payload: 7))
      _ = try await fixture.store.runs.start(run.id, host: fixture.host.id, at: fixture.clock.now)
    }
    await (try fixture.engine()).shutDown()
    #expect(await moments.next() == fixture.clock.now + .seconds(60))
    await (try fixture.engine()).shutDown()
    let runs = try await fixture.runs()
    #expect(runs.map(\.status) == [.lost, .lost, .queued])
    #expect(runs[2].retryOf == runs[0].id)
    #expect(try await fixture.store.runs.bodies(runs[2].id)?.payload == 7)
    // Whoever waited for the other one knows that it failed.
    #expect(try await fixture.letters() == [runs[1].id])
  }

  @Test func whatSomebodyCancelsIsNotTriedAgain() async throws {
    let fixture = try await EngineFixture()
    var moments = fixture.alarm.moments.makeAsyncIterator()
    let engine = try await fixture.engine()
    _ = try await accept(fixture.invocation(fixture.deploy("work", retries: rule, onFailure: "work")), by: engine)
    _ = await moments.next()
    let retry = try #require(try await fixture.runs().last)
    #expect(try await engine.cancel(retry.id, by: "key ci").status == .cancelled)
    fixture.clock.advance(by: .seconds(60))
    fixture.alarm.ring()
    await engine.shutDown()
    #expect(try await fixture.runs().map(\.status) == [.failed, .cancelled])
    #expect(try await fixture.letters().isEmpty)
    let again = await #expect(throws: Problem.self) { _ = try await engine.cancel(retry.id, by: "key ci") }
    #expect(again?.code == .conflict)
    let events = try await fixture.store.events.list(
      EventFilter(instance: fixture.instance.id, kind: "run.cancelled"), limit: 9)
    #expect(events.map(\.subject) == [retry.id.text] && events[0].actor == "key ci" && events[0].data["hook"] == "work")
    #expect(
      try await fixture.store.logs.list(LogFilter(instance: fixture.instance.id, run: retry.id), limit: 9).isEmpty)
  }

  @Test func aFailureThatTheHookCallsFinalIsNotTriedAgain() async throws {
    let fixture = try await EngineFixture()
    let engine = try await fixture.engine()
    let hook = try await fixture.deploy("work", retries: rule)
    let ended = { (status: RunStatus, exitCode: Int?) in
      Run(
        id: ID(at: fixture.clock.now), instance: fixture.instance.id, hook: hook.id, hookName: "work",
        bundleHash: hook.version.bundle.hash, definition: hook.version.definition, cause: RunCause(kind: .http),
        status: status, isAsynchronous: true, attempt: 1, queuedAt: fixture.clock.now, endedAt: fixture.clock.now,
        exitCode: exitCode)
    }
    let final = await engine.aftermath(of: ended(.failed, 65), payload: nil)
    #expect(final?.retry == nil && final?.isDeadLetter == true)
    // Other codes, and what the host ended while the process left with that code, are tried again.
    for (status, exitCode) in [(RunStatus.failed, 64), (.failed, 1), (.failed, nil), (.timedOut, 65), (.limited, 65)] {
      #expect(await engine.aftermath(of: ended(status, exitCode), payload: nil)?.retry != nil)
    }
    await engine.shutDown()
  }

  @Test func theRunsOfARemovedInstanceDoNotStart() async throws {
    let fixture = try await EngineFixture()
    var moments = fixture.alarm.moments.makeAsyncIterator()
    let engine = try await fixture.engine()
    _ = try await accept(fixture.invocation(fixture.deploy("work", retries: rule)), by: engine)
    _ = await moments.next()
    _ = try await fixture.store.instances.remove(fixture.instance.id, by: "key:1", at: fixture.clock.now)
    await engine.endAll(of: fixture.instance.id, by: "key:1")
    fixture.clock.advance(by: .seconds(60))
    fixture.alarm.ring()
    await engine.shutDown()
    await (try fixture.engine()).shutDown()
    #expect(try await fixture.runs().map(\.status) == [.failed, .queued])
  }

  @Test func aCallerWhoWaitsDecidesByItself() async throws {
    let fixture = try await EngineFixture()
    var starts = fixture.strategy.starts.makeAsyncIterator()
    let engine = try await fixture.engine()
    try await fixture.deploy("mourn", bundle: "c")
    let hook = try await fixture.deploy("work", retries: rule, onFailure: "mourn")
    await #expect(throws: RunProblem.self) {
      _ = try await engine.invoke(fixture.invocation(hook, isAsynchronous: false))
    }
    _ = await starts.next()
    #expect(await starts.next() == String(repeating: "c", count: 64))
    await engine.shutDown()
    let runs = try await fixture.runs()
    #expect(runs.map(\.hookName) == ["work", "mourn"])
    #expect(try await fixture.letters() == [runs[0].id])
  }

  @Test func theReportSaysWhatFailedAndIsNotReportedItself() async throws {
    let fixture = try await EngineFixture()
    var starts = fixture.strategy.starts.makeAsyncIterator()
    let engine = try await fixture.engine()
    try await fixture.deploy("mourn", onFailure: "mourn")
    let first = try await accept(fixture.invocation(fixture.deploy("work", onFailure: "mourn")), by: engine)
    for _ in 0..<2 { _ = await starts.next() }
    await engine.shutDown()
    let runs = try await fixture.runs()
    #expect(runs.count == 2)
    #expect(runs[1].cause == RunCause(kind: .hook, parent: first.id))
    let payload = try #require(try await fixture.store.runs.bodies(runs[1].id)?.payload)
    #expect(payload["run"] == .string(first.id.text))
    #expect(payload["hook"] == "work")
    #expect(payload["attempt"] == 1)
    #expect(payload["status"] == "failed")
    #expect(payload["failure"]?["reason"] == "spawn")
    #expect(payload["payload"] == ["n": 1])
    #expect(try await Set(fixture.letters()) == Set(runs.map(\.id)))
  }

  @Test(arguments: ["missing", "strict", "disabled"]) func aReportThatCannotBeRunIsNotSilent(name: String) async throws
  {
    let fixture = try await EngineFixture()
    var starts = fixture.strategy.starts.makeAsyncIterator()
    let engine = try await fixture.engine()
    try await fixture.deploy("strict", parameters: ["required": ["nobody"]])
    try await fixture.disable(fixture.deploy("disabled"))
    let run = try await accept(fixture.invocation(fixture.deploy("work", onFailure: name)), by: engine)
    _ = await starts.next()
    await engine.shutDown()
    #expect(try await fixture.runs().count == 1)
    let events = try await fixture.store.events.list(instance: fixture.instance.id, after: 0, limit: 100)
    let event = try #require(events.first { $0.kind == "run.on_failure_refused" })
    #expect(event.subject == run.id.text)
    #expect(event.data["hook"] == .string(name))
    let logs = try await fixture.store.logs.list(LogFilter(instance: fixture.instance.id, run: run.id), limit: 10)
    #expect(logs.count == 1 && logs[0].level == .error && logs[0].stream == .host)
    #expect(try await fixture.letters() == [run.id])
  }

  @Test func aLetterIsRedrivenOnceByTheVersionThatIsActive() async throws {
    let fixture = try await EngineFixture()
    var starts = fixture.strategy.starts.makeAsyncIterator()
    let engine = try await fixture.engine()
    let dead = try await accept(fixture.invocation(fixture.deploy("work", onFailure: "none")), by: engine)
    _ = await starts.next()
    await engine.shutDown()
    let next = try await fixture.engine()
    try await fixture.deploy("work", bundle: "b")
    let key = ID<Key>(at: fixture.clock.now)
    let run = try await next.redrive(dead.id, by: key)
    #expect(await starts.next() == String(repeating: "b", count: 64))
    #expect(run.cause == RunCause(kind: .manual, parent: dead.id, key: key))
    #expect(run.request?.path == "/rest")
    let second = await #expect(throws: Problem.self) { _ = try await next.redrive(dead.id, by: key) }
    #expect(second?.code == .conflict)
    #expect(second?.message.contains(run.id.text) == true)
    let unknown = await #expect(throws: Problem.self) { _ = try await next.redrive(run.id, by: key) }
    #expect(unknown?.code == .notFound)
    await next.shutDown()
    #expect(try await fixture.runs().count == 2)
    #expect(try await fixture.store.runs.bodies(run.id)?.payload == ["n": 1])
  }

  /// What keeps a letter from being redriven leaves it as it is, and it is redriven when that is mended.
  @Test func aLetterWaitsUntilItsHookTakesIt() async throws {
    let fixture = try await EngineFixture()
    var starts = fixture.strategy.starts.makeAsyncIterator()
    let engine = try await fixture.engine()
    let hook = try await fixture.deploy("work", onFailure: "none")
    let dead = try await accept(fixture.invocation(hook), by: engine)
    _ = await starts.next()
    await engine.shutDown()
    let next = try await fixture.engine()
    let redrive = { try await next.redrive(dead.id, by: ID(at: fixture.clock.now)) }
    try await fixture.disable(hook)
    let disabled = await #expect(throws: Problem.self) { _ = try await redrive() }
    #expect(disabled?.code == .conflict && disabled?.message.contains("disabled") == true)
    try await fixture.disable(hook, false)
    try await fixture.deploy("work", bundle: "b", onFailure: "none", parameters: ["required": ["nobody"]])
    let strict = await #expect(throws: Problem.self) { _ = try await redrive() }
    #expect(strict?.code == .invalid)
    #expect(try await fixture.runs().count == 1)
    #expect(try await fixture.letters() == [dead.id])
    try await fixture.deploy("work", bundle: "c", onFailure: "none")
    _ = try await redrive()
    #expect(await starts.next() == String(repeating: "c", count: 64))
    await next.shutDown()
  }

  @Test func aLetterWhoseInputWasCutIsNotRedriven() async throws {
    let fixture = try await EngineFixture()
    let hook = try await fixture.deploy("work", onFailure: "none")
    var run = Run(
      id: ID(at: fixture.clock.now), instance: fixture.instance.id, hook: hook.id, hookName: "work",
      bundleHash: hook.version.bundle.hash, definition: hook.version.definition, cause: RunCause(kind: .http),
      status: .failed, queuedAt: fixture.clock.now)
    run.endedAt = fixture.clock.now
    _ = try await fixture.store.runs.record(
      run, RunBodies(input: [1], isInputCut: true), logs: [], aftermath: RunAftermath(isDeadLetter: true))
    let engine = try await fixture.engine()
    let problem = await #expect(throws: Problem.self) {
      _ = try await engine.redrive(run.id, by: ID(at: fixture.clock.now))
    }
    #expect(problem?.code == .conflict)
    await engine.shutDown()
    #expect(try await fixture.letters() == [run.id])
  }
}
