import CoreMetrics
import Foundation
import Telemetry
import Testing

@Suite struct MetricsRegistryTests {
  private let registry = MetricsRegistry(
    [
      MetricDescription("t_total", .counter, "Some \\ thing\nof two lines.", labels: ["a", "b"]),
      MetricDescription("t_level", .gauge, "A level."),
      MetricDescription("t_seconds", .histogram, "Spans.", labels: ["a"], bounds: [0.5, 1]),
      MetricDescription("t_live", .gauge, "Asked for.", labels: ["a"]),
    ], capacity: 6)

  @Test func whatIsCountedIsWritten() async throws {
    Counter(label: "t_total", dimensions: [("b", "y\"\\\n"), ("a", "x")], factory: registry).increment(by: 2)
    Counter(label: "t_total", dimensions: [("a", "x"), ("b", "y\"\\\n")], factory: registry).increment()
    FloatingPointCounter(label: "t_total", dimensions: [("a", "z")], factory: registry).increment(by: 0.25)
    Meter(label: "t_level", factory: registry).set(1.5)
    let timer = CoreMetrics.Timer(label: "t_seconds", dimensions: [("a", "x")], factory: registry)
    for milliseconds in [100, 500, 501, 2000] { timer.recordNanoseconds(Int64(milliseconds) * 1_000_000) }
    registry.addSource { [MetricSample("t_live", ["x"], 7)] }
    let text = try MetricsText(await registry.text())
    #expect(text.types == ["t_total": "counter", "t_level": "gauge", "t_seconds": "histogram", "t_live": "gauge"])
    #expect(text.value("t_total", ["a": "x", "b": "y\"\\\n"]) == 3)
    #expect(text.value("t_total", ["a": "z", "b": ""]) == 0.25)
    #expect(text.value("t_level") == 1.5)
    #expect(text.value("t_live", ["a": "x"]) == 7)
    #expect(text.value("t_seconds_bucket", ["a": "x", "le": "0.5"]) == 2)
    #expect(text.value("t_seconds_bucket", ["a": "x", "le": "1"]) == 3)
    #expect(text.value("t_seconds_bucket", ["a": "x", "le": "+Inf"]) == 4)
    #expect(text.value("t_seconds_count", ["a": "x"]) == 4)
    #expect(abs((text.value("t_seconds_sum", ["a": "x"]) ?? 0) - 3.101) < 1e-9)
  }

  @Test func whatIsNotDescribedOrTooMuchIsDropped() async throws {
    Counter(label: "other_total", factory: registry).increment()
    Counter(label: "t_level", factory: registry).increment()
    for number in 0..<20 {
      Counter(label: "t_total", dimensions: [("a", "\(number)")], factory: registry).increment()
    }
    let text = try MetricsText(await registry.text())
    #expect(text.values.count == 6)
    #expect(text.types.keys.sorted() == ["t_total"])
  }

  @Test func countingFromManyThreadsLosesNothing() async throws {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { [registry] in
          let counter = Counter(label: "t_total", dimensions: [("a", "x")], factory: registry)
          let timer = CoreMetrics.Timer(label: "t_seconds", dimensions: [("a", "x")], factory: registry)
          for _ in 0..<1000 {
            counter.increment()
            timer.recordNanoseconds(1_000_000)
          }
        }
      }
    }
    let text = try MetricsText(await registry.text())
    #expect(text.value("t_total", ["a": "x", "b": ""]) == 8000)
    #expect(text.value("t_seconds_count", ["a": "x"]) == 8000)
  }

  @Test func theProcessTellsOfItself() async throws {
    let samples = Dictionary(uniqueKeysWithValues: ProcessFigures.samples(startedAt: 5).map { ($0.name, $0.value) })
    #expect((samples["grapnel_process_resident_memory_bytes"] ?? 0) > 1_000_000)
    #expect((samples["grapnel_process_cpu_seconds_total"] ?? 0) > 0)
    #expect((samples["grapnel_process_open_fds"] ?? 0) >= 3)
    #expect(samples["grapnel_process_start_time_seconds"] == 5)
  }

  /// Every metric of the product, with its kind and labels, is in docs/metrics.md, and nothing else.
  @Test func theMetricsAreDocumented() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/metrics.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let documented = text.matches(of: /(?m)^\| `(grapnel_\w+)` \| (\w+) \| ([^|]*?) ?\|/).map { match in
      "\(match.1) \(match.2) \(match.3)"
    }
    #expect(
      documented
        == MetricDescription.all.map { metric in
          "\(metric.name) \(metric.kind.rawValue) \(metric.labels.map { "`\($0)`" }.joined(separator: ", "))"
        })
    #expect(MetricDescription.all.allSatisfy { $0.name.hasPrefix("grapnel_") && $0.help.hasSuffix(".") })
  }
}
