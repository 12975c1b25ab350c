import Identity
import Model
import Testing

@testable import Gateway

/// Calls every row of the table with every key there can be, and asks the row what must come of it.
@Suite(.timeLimit(.minutes(5))) struct RoleTests {
  enum Outcome: String {
    case unauthenticated, forbidden, notFound, allowed
  }

  /// Whose key it is.
  enum Owner: CaseIterable {
    case host, main, other
  }

  @Test func everyRouteWithEveryRole() async throws {
    try await TestGateway.with { gateway in
      var secrets = gateway.secrets
      for role in Role.allCases {
        secrets["host-\(role.rawValue)"] = try await gateway.keys.create(name: "host", role: role).secret
      }
      for route in APIContract.shared.routes {
        for secret in [nil, "wrong"] {
          let outcome = try await outcome(route, secret, gateway)
          #expect(outcome == (route.role == nil ? .allowed : .unauthenticated), "\(route.method) \(route.path)")
        }
        for role in Role.allCases {
          for owner in Owner.allCases {
            let outcome = try await outcome(route, secrets["\(owner)-\(role.rawValue)"], gateway)
            let expected = expected(route, role, owner)
            #expect(outcome == expected, "\(route.method) \(route.path) as \(role.rawValue) of \(owner)")
          }
        }
      }
    }
  }

  private func expected(_ route: APIRoute, _ role: Role, _ owner: Owner) -> Outcome {
    switch route.access {
    case .open: .allowed
    case .key(let wanted, _): role.includes(wanted) ? .allowed : .forbidden
    case .host(let wanted, _): owner == .host && role.includes(wanted) ? .allowed : .forbidden
    // What is outside a key's instance is not there, whatever its role.
    case .instance(let wanted, _), .run(let wanted, _, _), .schedule(let wanted, _),
      .trigger(let wanted, _):
      owner == .other ? .notFound : role.includes(wanted) ? .allowed : .forbidden
    }
  }

  /// What comes of a request about the instance `main`, or a run of it that nobody's key has started. Whoever is let
  /// through may still be told that what they name is not there.
  private func outcome(_ route: APIRoute, _ secret: String?, _ gateway: TestGateway) async throws -> Outcome {
    let run = Run(
      id: ID(at: gateway.clock.now), instance: gateway.main.id, serial: 1, hook: nil, hookName: "hello",
      bundleHash: "b", definition: HookDefinition(runtime: "bash", entry: "main.sh"), cause: RunCause(kind: .http),
      status: .running, queuedAt: gateway.clock.now)
    gateway.store.put(run)
    let schedule = Schedule(
      id: ID(at: gateway.clock.now), instance: gateway.main.id, serial: 1, hook: ID(at: gateway.clock.now),
      hookName: "hello", name: "s",
      definition: ScheduleDefinition(rule: ScheduleRule(.every(.seconds(60), align: .epoch))),
      createdAt: gateway.clock.now, updatedAt: gateway.clock.now,
      state: ScheduleState(decidedThrough: gateway.clock.now, due: nil))
    gateway.store.memorySchedules.put(schedule)
    let trigger = Trigger(
      id: ID(at: gateway.clock.now), instance: gateway.main.id, serial: 1, hook: ID(at: gateway.clock.now),
      hookName: "hello", name: "t", definition: TriggerDefinition(source: .event("report.finished")),
      createdAt: gateway.clock.now, updatedAt: gateway.clock.now)
    gateway.store.memoryTriggers.put(trigger)
    var target = route.path
    for name in route.pathNames {
      let value =
        switch (route.access, name) {
        case (.run, "id"): run.id.text
        case (.schedule, "id"): schedule.id.text
        case (.trigger, "id"): trigger.id.text
        default: "hello"
        }
      target = target.replacing("{\(name)}", with: value)
    }
    if case .instance = route.access { target += "?instance=main" }
    let client = try gateway.client()
    defer { client.close() }
    var head = "\(route.method) \(target) HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n"
    if let secret { head += "Authorization: Bearer \(secret)\r\n" }
    try await client.send(head + "\r\n")
    // A live tail has no end: the status line is all that matters.
    let status = Int(try await client.line().split(separator: " ")[1])
    switch status {
    case 401: return .unauthenticated
    case 403: return .forbidden
    // Who is let through may be told the same of a thing that is not there.
    case 404 where isOthers(secret, gateway) && isOfAnInstance(route): return .notFound
    default: return .allowed
    }
  }

  private func isOfAnInstance(_ route: APIRoute) -> Bool {
    switch route.access {
    case .open, .key, .host: false
    case .instance, .run, .schedule, .trigger: true
    }
  }

  private func isOthers(_ secret: String?, _ gateway: TestGateway) -> Bool {
    gateway.secrets.contains { $0.key.hasPrefix("other-") && $0.value == secret }
  }
}
