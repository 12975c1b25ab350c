import GrapnelClient
import Model
import Testing

@testable import grapnel

struct DoctorTests {
  private let missing = DoctorCheck(
    group: "sandbox", name: "user namespaces", works: false, isRequired: true, detail: "EPERM",
    remedy: "sysctl -w kernel.unprivileged_userns_clone=1")

  @Test func endsWithStatusOneOnlyWhenSomethingRequiredIsMissing() async throws {
    let surroundings = try Surroundings()
    let bad = await surroundings.perform(["doctor"], host: HostInspection(level: "user", checks: [missing]))
    #expect(bad.status == .failed)
    #expect(bad.output.contains("MISSING user namespaces"))
    #expect(bad.output.contains("mend it: sysctl -w kernel.unprivileged_userns_clone=1"))
    var optional = missing
    optional.isRequired = false
    let good = await surroundings.perform(
      ["doctor", "--json"], host: HostInspection(level: "user", checks: [optional]))
    #expect(good.status == .done)
    #expect(try JSONValue(parsing: good.output)["ok"] == true)
  }

  @Test func levelIsThatOfTheServer() {
    var configuration = ServerConfiguration()
    #expect(HostInspection.level(of: configuration, userID: 0) == .full)
    #expect(HostInspection.level(of: configuration, userID: 1000) == .user)
    configuration.level = .user
    #expect(HostInspection.level(of: configuration, userID: 0) == .user)
    configuration.level = .full
    #expect(HostInspection.level(of: configuration, userID: 1000) == .full)
  }

  @Test func wrongConfigurationIsAnError() async throws {
    let surroundings = try Surroundings()
    try surroundings.write("sandbox:\n  mounts: [/opt/x, /tmp/x]\n", to: "grapnel.yaml")
    let outcome = await surroundings.perform("doctor", "--config", "grapnel.yaml")
    #expect(outcome.status == .usage)
    #expect(outcome.errorOutput.contains("sandbox.mounts"))
  }

  @Test func looksAtTheDataFolderAndTheServer() async throws {
    let surroundings = try Surroundings()
    try surroundings.write("grk_local", to: ".grapnel/admin.key", mode: 0o644)
    let server = FakeServer(["GET /healthz": .init(body: "{}")])
    let outcome = await surroundings.perform(["doctor", "--json"], server: server)
    #expect(outcome.status == .failed)
    let checks = try #require(try JSONValue(parsing: outcome.output)["checks"]?.arrayValue)
    #expect(checks.contains { $0["name"] == "admin.key" && $0["works"] == false && $0["remedy"] != nil })
    #expect(checks.contains { $0["name"] == "server" && $0["works"] == true && $0["detail"] == "http://fake.example" })
  }
}
