import Model
import Testing

@Suite struct DurationHistogramTests {
  @Test func quantilesAreWithinTheBucketOfTheTrueOne() {
    var histogram = DurationHistogram()
    let durations = (1...1000).map { Duration.milliseconds($0) }
    for duration in durations { histogram.add(duration) }
    #expect(histogram.total == 1000)
    for share in [0.5, 0.95, 0.99] {
      let exact = durations[Int(share * 1000) - 1]
      let found = histogram.quantile(share, longest: .milliseconds(1000))!
      let upper = DurationHistogram.bounds.first { exact <= $0 }!
      let lower = DurationHistogram.bounds.last { $0 < exact } ?? .zero
      #expect(found > lower && found <= upper)
    }
    #expect(histogram.quantile(1, longest: .milliseconds(1000)) == .milliseconds(1000))
  }

  @Test func theEdges() {
    var histogram = DurationHistogram()
    #expect(histogram.quantile(0.5, longest: .zero) == nil)
    histogram.add(.seconds(3600))
    #expect(histogram.quantile(0.5, longest: .seconds(3600))! > .seconds(300))
    #expect(histogram.quantile(0.99, longest: .seconds(3600))! <= .seconds(3600))
    var other = DurationHistogram()
    other.add(.microseconds(100))
    other.add(.milliseconds(1))
    histogram.add(other)
    #expect(histogram.counts.first == 2 && histogram.counts.last == 1)
    #expect(DurationHistogram(counts: histogram.counts) == histogram)
    #expect(DurationHistogram(counts: [1]).total == 1)
  }

  /// What the API gives makes the same figures again, as a client that adds them up needs.
  @Test func figuresSurviveTheirResource() {
    var figures = RunFigures()
    for (status, milliseconds) in [(RunStatus.succeeded, 3), (.failed, 700), (.succeeded, 400_000)] {
      let start = Timestamp(microseconds: 1_000_000)
      figures.add(
        Run(
          id: ID(at: start), instance: ID(at: start), hook: nil, hookName: "a", bundleHash: "",
          definition: HookDefinition(runtime: "bash", entry: "a"), cause: RunCause(kind: .http), status: status,
          queuedAt: Timestamp(microseconds: 500_000), startedAt: start, endedAt: start + .milliseconds(milliseconds),
          use: ResourceUse(cpuMicroseconds: 1500, peakMemoryBytes: Int64(milliseconds))))
    }
    let period = RunPeriod(
      instance: ID(at: Timestamp(microseconds: 0)), hookName: "a", start: Timestamp(microseconds: 0), figures: figures)
    #expect(MetricResource(period).figures == figures)
    #expect(figures.runs == 3 && figures.failures == 1 && figures.longestWait == .milliseconds(500))
  }
}
