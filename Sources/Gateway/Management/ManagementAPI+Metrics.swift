import Identity
import Model
import Store
import Telemetry

extension ManagementAPI {
  /// Everything that is counted, for Prometheus.
  func showMetrics(_ call: APICall) async throws -> HTTPAnswer {
    HTTPAnswer(
      status: 200,
      headers: [HeaderField(name: "Content-Type", value: MetricsRegistry.contentType)] + HTTPAnswer.ownHeaders,
      body: .bytes(Array(await services.metrics.text().utf8)))
  }

  /// The history of runs, by hook and step.
  func listMetrics(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let now = services.clock.now
    let limit = try call.query.limit()
    let step = try call.query.span("step") ?? RunPeriod.shortest
    let since = try call.query.time("since", now: now) ?? now + (.zero - .seconds(3600))
    let periods = try await services.store.metrics.list(
      instance: instance.id, hookName: call.query.text("hook"), since: since, step: step,
      after: try call.query.text("cursor").map(Self.place), limit: limit)
    return .json(
      Page(
        items: periods.map(MetricResource.init),
        nextCursor: periods.count == limit ? periods.last.map(Self.cursor) : nil))
  }

  /// The start and the hook that a page ended with: `1700000000:hello`.
  private static func cursor(_ period: RunPeriod) -> String {
    "\(period.start.microseconds / 1_000_000):\(period.hookName)"
  }

  private static func place(_ cursor: String) throws -> (Timestamp, String) {
    let parts = cursor.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let seconds = Int64(parts[0]), (0...1 << 40).contains(seconds), parts[1].utf8.count <= 63
    else { throw APIQuery.badCursor }
    return (Timestamp(microseconds: seconds * 1_000_000), String(parts[1]))
  }
}
