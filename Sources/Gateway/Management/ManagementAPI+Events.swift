import Identity
import Model
import Store

/// Who did what: the feed of an instance, or that of the whole host.
extension ManagementAPI {
  /// Whose feed a request is about.
  private enum EventScope: String, CaseIterable {
    case instance, host
  }

  /// With `after` the events that follow it, otherwise the last ones; always in their order.
  func listEvents(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    var filter = try eventFilter(call, principal, instance)
    filter.newest = filter.after == nil
    let limit = try call.query.limit()
    let events = try await services.store.events.list(filter, limit: limit)
    let hasMore = !filter.newest && events.count == limit
    let name = filter.instance == nil ? nil : instance.name
    return .json(
      Page(
        items: events.map { EventResource($0, instance: name) },
        nextCursor: hasMore ? events.last.map { "\($0.sequence)" } : nil))
  }

  /// Events as they come, as server-sent events; from the one after `Last-Event-ID` or `after` on, or from now on.
  func streamEvents(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    var filter = try eventFilter(call, principal, instance)
    if let sequence = try lastEventID(call) { filter.after = sequence }
    // First follow, then look at what is there: nothing falls in between.
    let arrivals = services.store.events.arrivals()
    if filter.after == nil {
      var last = filter
      last.newest = true
      filter.after = try await services.store.events.list(last, limit: 1).last?.sequence ?? 0
    }
    let name = filter.instance == nil ? nil : instance.name
    let (events, wanted) = (services.store.events, filter)
    return LiveTail(
      event: "event", start: filter.after ?? 0,
      page: { after, limit in
        var filter = wanted
        filter.after = after
        return try await events.list(filter, limit: limit).map {
          LiveTail.Item(sequence: $0.sequence, json: EventResource($0, instance: name).json)
        }
      },
      follow: { news in
        for await _ in arrivals { news(0) }
      }, heartbeat: configuration.heartbeat, watch: call.exchange.watch
    ).answer
  }

  private func eventFilter(_ call: APICall, _ principal: Principal, _ instance: Instance) throws -> EventFilter {
    var filter = EventFilter(instance: instance.id, kind: call.query.text("kind"))
    if try call.query.choice("scope", EventScope.self) == .host {
      guard principal.mayOnHost(.viewer) else {
        throw Problem(
          .forbidden, "the key may not read what is the whole host's", field: "scope", rule: "a key of the host")
      }
      filter.instance = nil
    }
    filter.after = try call.query.integer("after", in: 0...Int64.max)
    return filter
  }
}
