import Foundation

/// What a strict reader of Prometheus' text format makes of a page
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
struct MetricsText {
  struct Fault: Error {
    var line: Int
    var what: String
  }

  struct Sample: Hashable {
    var name: String
    var labels: [String: String]
  }

  private(set) var types: [String: String] = [:]
  private(set) var helps: [String: String] = [:]
  private(set) var values: [Sample: Double] = [:]

  /// - Throws: `Fault` for anything but what the format admits: lines that do not end, families in pieces, samples
  ///   without a type, a sample that is there twice, histograms whose buckets shrink or do not end with `+Inf`.
  init(_ text: String) throws {
    guard text.isEmpty || text.hasSuffix("\n") else { throw Fault(line: 0, what: "the last line does not end") }
    var done: Set<String> = []
    var family = ""
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().enumerated() {
      let fault = { (what: String) in Fault(line: index + 1, what: what) }
      if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)/) {
        family = String(match.1)
        guard helps.updateValue(String(match.2), forKey: family) == nil, done.insert(family).inserted else {
          throw fault("a family is in pieces")
        }
      } else if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
        guard match.1 == family, types.updateValue(String(match.2), forKey: family) == nil else {
          throw fault("a type without its family")
        }
      } else {
        guard let type = types[family] else { throw fault("a sample without a type: \(line)") }
        let (sample, value) = try Self.sample(line, fault)
        let names = type == "histogram" ? ["_bucket", "_sum", "_count"].map { family + $0 } : [family]
        guard names.contains(sample.name) else { throw fault("\(sample.name) is not of the family \(family)") }
        guard values.updateValue(value, forKey: sample) == nil else { throw fault("the sample is there twice") }
        if type == "counter", value < 0 { throw fault("a counter below 0") }
      }
    }
    try checkHistograms()
  }

  func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    values[Sample(name: name, labels: labels)]
  }

  private static func sample(
    _ line: Substring, _ fault: (String) -> Fault
  ) throws -> (Sample, Double) {
    guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/) else {
      throw fault("not a sample: \(line)")
    }
    var labels: [String: String] = [:]
    var rest = match.2 ?? ""
    while !rest.isEmpty {
      guard let pair = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/) else {
        throw fault("not labels: \(rest)")
      }
      let value = pair.2.replacing("\\n", with: "\n").replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
      guard labels.updateValue(String(value), forKey: String(pair.1)) == nil else { throw fault("a label twice") }
      rest = rest[pair.range.upperBound...]
    }
    let special = ["+Inf": Double.infinity, "-Inf": -Double.infinity, "NaN": Double.nan]
    guard let value = special[String(match.3)] ?? Double(match.3) else { throw fault("not a number: \(match.3)") }
    return (Sample(name: String(match.1), labels: labels), value)
  }

  private func checkHistograms() throws {
    for (family, type) in types where type == "histogram" {
      let buckets = values.filter { $0.key.name == family + "_bucket" }
      let series = Dictionary(grouping: buckets) { $0.key.labels.filter { $0.key != "le" } }
      for (labels, buckets) in series {
        let sorted = buckets.map { (bound: $0.key.labels["le"] ?? "", count: $0.value) }
          .map { (bound: $0.bound == "+Inf" ? Double.infinity : Double($0.bound) ?? .nan, count: $0.count) }
          .sorted { $0.bound < $1.bound }
        guard let last = sorted.last, last.bound == .infinity, !sorted.contains(where: \.bound.isNaN),
          last.count == value(family + "_count", labels), value(family + "_sum", labels) != nil,
          zip(sorted, sorted.dropFirst()).allSatisfy({ $0.count <= $1.count })
        else { throw Fault(line: 0, what: "\(family) \(labels) is no histogram") }
      }
    }
  }
}
