public import CoreMetrics
import Synchronization

/// Keeps what the parts count, behind swift-metrics' interface, and writes it out for Prometheus.
///
/// Only metrics of `descriptions` are kept: what a library counts for itself is dropped. The number of series is
/// bounded; what comes beyond the bound is dropped too. A part makes its counters once and keeps them: counting is then
/// an atomic addition, or a few under a lock that only counting and a scrape of the same series share.
public final class MetricsRegistry: MetricsFactory {
  struct Series: Hashable {
    let name: String
    /// In the order of the metric's description.
    let labels: [String]
  }

  struct State {
    var counters: [Series: MetricCounter] = [:]
    var gauges: [Series: MetricGauge] = [:]
    var histograms: [Series: MetricHistogram] = [:]
    var sources: [@Sendable () async -> [MetricSample]] = []

    var count: Int { counters.count + gauges.count + histograms.count }
  }

  let descriptions: [MetricDescription]
  private let byName: [String: MetricDescription]
  private let capacity: Int
  let state = Mutex(State())

  /// - Parameter capacity: how many series there may be.
  public init(_ descriptions: [MetricDescription] = MetricDescription.all, capacity: Int = 20_000) {
    self.descriptions = descriptions
    self.capacity = capacity
    byName = Dictionary(descriptions.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Adds samples that are taken when somebody asks, such as the depth of a queue.
  public func addSource(_ source: @escaping @Sendable () async -> [MetricSample]) {
    state.withLock { $0.sources.append(source) }
  }

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    counter(label, dimensions) ?? NOOPMetricsHandler.instance
  }

  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    counter(label, dimensions) ?? NOOPMetricsHandler.instance
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    guard let series = series(label, dimensions, .gauge) else { return NOOPMetricsHandler.instance }
    return keep(series, \.gauges) { _ in MetricGauge() } ?? NOOPMetricsHandler.instance
  }

  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    histogram(label, dimensions) ?? NOOPMetricsHandler.instance
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(label, dimensions) ?? NOOPMetricsHandler.instance
  }

  // Series stay: a counter that vanished and came again would count from 0, which a reader takes for a restart.
  public func destroyCounter(_ handler: any CounterHandler) {}
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  public func destroyMeter(_ handler: any MeterHandler) {}
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  public func destroyTimer(_ handler: any TimerHandler) {}

  private func counter(_ label: String, _ dimensions: [(String, String)]) -> MetricCounter? {
    series(label, dimensions, .counter).flatMap { keep($0, \.counters) { _ in MetricCounter() } }
  }

  private func histogram(_ label: String, _ dimensions: [(String, String)]) -> MetricHistogram? {
    series(label, dimensions, .histogram).flatMap { keep($0, \.histograms) { MetricHistogram(bounds: $0.bounds) } }
  }

  private func series(
    _ label: String, _ dimensions: [(String, String)], _ kind: MetricDescription.Kind
  ) -> Series? {
    guard let description = byName[label], description.kind == kind else { return nil }
    return Series(name: label, labels: description.labels.map { name in dimensions.first { $0.0 == name }?.1 ?? "" })
  }

  private func keep<Handler: Sendable>(
    _ series: Series, _ place: WritableKeyPath<State, [Series: Handler]>,
    _ make: (MetricDescription) -> Handler
  ) -> Handler? {
    guard let description = byName[series.name] else { return nil }
    return state.withLock { state in
      if let known = state[keyPath: place][series] { return known }
      guard state.count < capacity else { return nil }
      let handler = make(description)
      state[keyPath: place][series] = handler
      return handler
    }
  }
}
