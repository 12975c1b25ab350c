import CoreMetrics

/// Counts requests by door and class of status. The counters are made once; counting takes no lock.
struct HTTPMeters: Sendable {
  enum Door: String, CaseIterable {
    /// The run door.
    case hooks
    /// Everything that is the server's own.
    case api
    /// Doors of other protocols.
    case data
  }

  private let counters: [Door: [Counter]]

  init(_ factory: any MetricsFactory) {
    counters = Dictionary(
      uniqueKeysWithValues: Door.allCases.map { door in
        (
          door,
          (1...5).map { number in
            Counter(
              label: "grapnel_http_requests_total", dimensions: [("door", door.rawValue), ("class", "\(number)xx")],
              factory: factory)
          }
        )
      })
  }

  func count(_ status: Int, at door: Door) {
    guard (100...599).contains(status) else { return }
    counters[door]?[status / 100 - 1].increment()
  }
}
