import Synchronization

extension MetricsRegistry {
  /// The media type of `text()`.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// Everything in the text format of Prometheus, version 0.0.4
  /// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
  public func text() async -> String {
    let (counters, gauges, histograms, sources) = state.withLock { state in
      (state.counters, state.gauges, state.histograms, state.sources)
    }
    var samples: [String: [MetricSample]] = [:]
    for (series, counter) in counters {
      samples[series.name, default: []].append(MetricSample(series.name, series.labels, counter.value))
    }
    for (series, gauge) in gauges {
      samples[series.name, default: []].append(MetricSample(series.name, series.labels, gauge.value))
    }
    for source in sources {
      for sample in await source() { samples[sample.name, default: []].append(sample) }
    }
    let spread = Dictionary(grouping: histograms) { $0.key.name }
    var text = ""
    for description in descriptions {
      let own = samples[description.name] ?? []
      let spread = spread[description.name] ?? []
      guard !own.isEmpty || !spread.isEmpty else { continue }
      text += "# HELP \(description.name) \(Self.escaped(description.help, quotes: false))\n"
      text += "# TYPE \(description.name) \(description.kind.rawValue)\n"
      for sample in own.sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) {
        text += Self.line(description.name, description.labels, sample.labels, sample.value)
      }
      for (series, histogram) in spread.sorted(by: { $0.key.labels.lexicographicallyPrecedes($1.key.labels) }) {
        Self.write(histogram, series.labels, description, to: &text)
      }
    }
    return text
  }

  private static func write(
    _ histogram: MetricHistogram, _ labels: [String], _ description: MetricDescription, to text: inout String
  ) {
    let counts = histogram.counts
    let names = description.labels + ["le"]
    var total: Int64 = 0
    for (index, count) in counts.buckets.enumerated() {
      total += count
      let bound = index < histogram.bounds.count ? number(histogram.bounds[index]) : "+Inf"
      text += line("\(description.name)_bucket", names, labels + [bound], Double(total))
    }
    text += line("\(description.name)_sum", description.labels, labels, counts.sum)
    text += line("\(description.name)_count", description.labels, labels, Double(total))
  }

  private static func line(_ name: String, _ names: [String], _ labels: [String], _ value: Double) -> String {
    let pairs = zip(names, labels).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
    return name + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(number(value))\n"
  }

  private static func number(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return "\(whole)" }
    return value.isFinite ? "\(value)" : value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    let plain = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    return quotes ? plain.replacing("\"", with: "\\\"") : plain
  }
}
