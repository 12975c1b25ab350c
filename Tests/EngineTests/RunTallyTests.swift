import CoreMetrics
import EventLoop
import Model
import Telemetry
import Testing

@testable import Engine

@Suite struct RunTallyTests {
  private static let epoch = Timestamp(microseconds: 1_699_999_200_000_000)

  private static func run(
    _ hook: String, in instance: ID<Instance>, _ status: RunStatus = .succeeded, ending seconds: Int = 1
  ) -> Run {
    Run(
      id: ID(at: epoch), instance: instance, hook: nil, hookName: hook, bundleHash: "b",
      definition: HookDefinition(runtime: "bash", entry: "a"), cause: RunCause(kind: .http), status: status,
      queuedAt: epoch, startedAt: status == .blocked ? nil : epoch + .milliseconds(500),
      endedAt: epoch + .seconds(seconds), use: ResourceUse(cpuMicroseconds: 2500))
  }

  @Test func runsAreCountedForScrapersAndByTheMinute() async throws {
    let registry = MetricsRegistry()
    let instance = ID<Instance>(at: Self.epoch)
    let periods = await LoopActor.run {
      let tally = RunTally(registry)
      tally.count(Self.run("a", in: instance), of: "main")
      tally.count(Self.run("a", in: instance, .failed), of: "main")
      tally.count(Self.run("a", in: instance, .blocked), of: "main")
      tally.count(Self.run("a", in: instance, ending: 61), of: "main")
      tally.count(Self.run("b", in: instance), of: "main")
      tally.countSandbox(failedStep: nil)
      tally.countSandbox(failedStep: "cgroup")
      let periods = tally.takePeriods()
      #expect(tally.takePeriods().isEmpty)
      #expect(tally.giveBack(periods))
      #expect(Set(tally.takePeriods()) == Set(periods))
      return periods.sorted { ($0.hookName, $0.start) < ($1.hookName, $1.start) }
    }
    #expect(periods.map(\.hookName) == ["a", "a", "b"])
    #expect(periods.map(\.start) == [Self.epoch, Self.epoch + .seconds(60), Self.epoch])
    #expect(periods[0].figures.counts == [.succeeded: 1, .failed: 1, .blocked: 1])
    #expect(periods[0].figures.durations.total == 2, "what never started took no time")
    let text = await registry.text()
    for line in [
      #"grapnel_runs_total{instance="main",hook="a",status="succeeded"} 2"#,
      #"grapnel_runs_total{instance="main",hook="a",status="blocked"} 1"#,
      #"grapnel_run_duration_seconds_count{instance="main",hook="a"} 3"#,
      #"grapnel_run_duration_seconds_bucket{instance="main",hook="b",le="0.5"} 1"#,
      #"grapnel_run_wait_seconds_count{instance="main"} 4"#,
      #"grapnel_run_cpu_seconds_total{instance="main",hook="a"} 0.01"#, "grapnel_sandbox_starts_total 2",
      #"grapnel_sandbox_failures_total{step="cgroup"} 1"#,
    ] { #expect(text.contains(line + "\n")) }
  }

  @Test func hooksBeyondTheBoundAreOneHook() async throws {
    let registry = MetricsRegistry()
    let instance = ID<Instance>(at: Self.epoch)
    let periods = await LoopActor.run {
      let tally = RunTally(registry, mostHooks: 3)
      for number in 0..<10 { tally.count(Self.run("h\(number)", in: instance), of: "main") }
      tally.count(Self.run("h1", in: instance), of: "main")
      return tally.takePeriods()
    }
    #expect(Set(periods.map(\.hookName)) == ["h0", "h1", "h2", RunPeriod.otherHooks])
    #expect(periods.reduce(0) { $0 + $1.figures.runs } == 11)
    #expect(
      await registry.text().contains(#"grapnel_runs_total{instance="main",hook="_other",status="succeeded"} 7"# + "\n"))
  }
}
