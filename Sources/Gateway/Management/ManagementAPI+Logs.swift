import Identity
import Model
import Store

extension ManagementAPI {
  /// With `after` the entries that follow it, otherwise the last ones; always in their order.
  func listLogs(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    var filter = try await logFilter(call, instance)
    filter.newest = filter.after == nil
    let limit = try call.query.limit()
    let entries = try await services.store.logs.list(filter, limit: limit)
    let hasMore = !filter.newest && entries.count == limit
    return .json(
      Page(items: entries.map(LogResource.init), nextCursor: hasMore ? entries.last.map { "\($0.sequence)" } : nil))
  }

  /// Entries as they come, as server-sent events; from the one after `Last-Event-ID` or `after` on, or from now on.
  func streamLogs(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    var filter = try await logFilter(call, instance)
    if let sequence = try lastEventID(call) { filter.after = sequence }
    // First follow, then look at what is there: nothing falls in between.
    let feed = services.runs.follow(instance: instance.id, hookName: filter.hookName, run: filter.run)
    if filter.after == nil {
      var last = filter
      last.newest = true
      filter.after = try await services.store.logs.list(last, limit: 1).last?.sequence ?? 0
    }
    let (logs, wanted) = (services.store.logs, filter)
    return LiveTail(
      event: "log", start: filter.after ?? 0,
      page: { after, limit in
        var filter = wanted
        filter.after = after
        return try await logs.list(filter, limit: limit).map {
          LiveTail.Item(sequence: $0.sequence, json: LogResource($0).json)
        }
      },
      follow: { news in
        for await entry in feed { news(entry.sequence) }
      }, heartbeat: configuration.heartbeat, watch: call.exchange.watch
    ).answer
  }

  /// Where a client that was cut off goes on.
  func lastEventID(_ call: APICall) throws -> Int64? {
    guard let text = call.exchange.header("last-event-id"), !text.isEmpty else { return nil }
    guard let sequence = Int64(text), sequence >= 0 else {
      throw Problem(.invalid, "the header cannot be read", field: "Last-Event-ID", rule: "a whole number from 0")
    }
    return sequence
  }

  private func logFilter(_ call: APICall, _ instance: Instance) async throws -> LogFilter {
    var filter = LogFilter(instance: instance.id, hookName: call.query.text("hook"))
    filter.formerly = try await formerNames(filter.hookName, instance)
    if let text = call.query.text("run") {
      guard let run = ID<Run>(text) else {
        throw Problem(.invalid, "the parameter cannot be read", field: "run", rule: "the id of a run")
      }
      filter.run = run
    }
    filter.after = try call.query.integer("after", in: 0...Int64.max)
    return filter
  }
}
