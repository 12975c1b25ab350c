import Engine
import Gateway
import Model
import Testing

@Suite(.timeLimit(.minutes(5))) struct MetricsTests {
  @Test func whoMayScrape() async throws {
    try await TestGateway.with { gateway in
      let answer = try await gateway.request("GET", "/metrics", key: "admin")
      #expect(answer.status == 200)
      #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
      #expect(answer.text.contains("\ngrapnel_http_connections 1\n"))
      #expect(try await gateway.request("GET", "/metrics").status == 401)
      let refused = try await gateway.request("GET", "/metrics", key: "main-admin")
      #expect(refused.status == 403)
      #expect(try refused.problem().rule == "a key of the whole host")
      #expect(try await gateway.request("POST", "/metrics", key: "admin").status == 405)
      #expect(try await gateway.request("GET", "/metrics/x", key: "admin").status == 404)
    }
    try await TestGateway.with {
      $0.metricsArePublic = true
    } _: { gateway in
      let answer = try await gateway.request("GET", "/metrics")
      #expect(answer.status == 200)
    }
  }

  @Test func requestsAreCountedByDoorAndClass() async throws {
    try await TestGateway.with { gateway in
      for _ in 0..<3 { _ = try await gateway.request("GET", "/main/open") }
      _ = try await gateway.request("GET", "/main/hello")
      _ = try await gateway.request("GET", "/nothing")
      _ = try await gateway.request("GET", "/healthz")
      let text = try await gateway.request("GET", "/metrics", key: "admin").text
      for line in [
        #"{door="hooks",class="2xx"} 3"#, #"{door="hooks",class="4xx"} 2"#, #"{door="api",class="2xx"} 1"#,
        #"{door="api",class="5xx"} 0"#,
      ] { #expect(text.contains("grapnel_http_requests_total\(line)\n")) }
    }
  }

  @Test func theHistory() async throws {
    try await TestGateway.with { gateway in
      var periods: [RunPeriod] = []
      for minute in 0..<5 {
        for hook in ["hello", "open"] {
          var figures = RunFigures()
          figures.counts = [.succeeded: 2, .timedOut: 1]
          figures.durations.add(.milliseconds(30))
          figures.totalDuration = .milliseconds(30)
          figures.longestDuration = .milliseconds(30)
          periods.append(
            RunPeriod(
              instance: gateway.main.id, hookName: hook, start: gateway.clock.now + .seconds(-60 * minute),
              figures: figures))
        }
      }
      try await gateway.store.add(periods)
      let get = { (query: String) in
        try await gateway.request("GET", "/api/v1/metrics?\(query)", key: "main-viewer")
      }
      let all = try await get("").decoded(Page<MetricResource>.self)
      #expect(all.items.count == 10 && all.nextCursor == nil)
      #expect(all.items[0].statuses == ["succeeded": 2, "timed_out": 1] && all.items[0].runs == 3)
      #expect(all.items[0].p50 ?? 0 > 20 && all.items[0].p99 ?? 0 <= 30)
      #expect(all.items[0].buckets == [MetricResource.Bucket(upToMilliseconds: 50, count: 1)])
      #expect(try await get("hook=open").decoded(Page<MetricResource>.self).items.count == 5)
      #expect(try await get("since=90s").decoded(Page<MetricResource>.self).items.count == 4)
      var seen: [MetricResource] = []
      var cursor: String? = ""
      while let last = cursor {
        let page = try await get("limit=3" + (last.isEmpty ? "" : "&cursor=\(last)")).decoded(
          Page<MetricResource>.self)
        seen += page.items
        cursor = page.nextCursor
      }
      #expect(seen == all.items)
      for query in ["step=90s", "step=0s", "step=x", "step=400d", "since=x", "cursor=x", "cursor=1", "limit=0"] {
        #expect(try await get(query).status == 400, "\(query)")
      }
    }
  }
}
