import Model
import Store

extension StoreConformance {
  static let hostCases: [StoreConformanceCase] = [
    StoreConformanceCase("a host registers again under its id, and renews its lease") { fixture in
      let host = Host(id: fixture.host, name: "one", leaseExpiresAt: fixture.time(10))
      try await fixture.store.hosts.register(host)
      var renamed = host
      renamed.name = "two"
      renamed.leaseExpiresAt = fixture.time(20)
      try await fixture.store.hosts.register(renamed)
      try expectEqual(try await fixture.store.hosts.list(), [renamed])
      try expect(try await fixture.store.hosts.renew(host.id, until: fixture.time(30)), "it is known")
      try expectEqual(try await fixture.store.hosts.list().map(\.leaseExpiresAt), [fixture.time(30)])
      try expect(!(try await fixture.store.hosts.renew(ID(at: fixture.start), until: fixture.start)), "it is not known")
    }
  ]
}
