/// One value of a metric, as it is at the moment of asking.
public struct MetricSample: Hashable, Sendable {
  public let name: String
  /// In the order in which the metric names its labels.
  public let labels: [String]
  public let value: Double

  public init(_ name: String, _ labels: [String], _ value: Double) {
    self.name = name
    self.labels = labels
    self.value = value
  }

  /// Of a metric without labels.
  public init(_ name: String, _ value: Double) {
    self.init(name, [], value)
  }
}
