import Foundation
import GrapnelClient
import Model
import Testing

@testable import grapnel

struct ServerAddressTests {
  private func surroundings() throws -> Surroundings {
    let surroundings = try Surroundings()
    try surroundings.write("{\"url\":\"http://127.0.0.1:8080\",\"pid\":1}", to: ".grapnel/server.json")
    try surroundings.write("grk_local\n", to: ".grapnel/admin.key")
    return surroundings
  }

  private func request(
    _ surroundings: Surroundings, _ arguments: [String] = [], environment: [String: String] = [:]
  ) async throws -> (host: String?, key: String?) {
    let server = try FakeServer("GET /api/v1/keys", Page<KeyResource>(items: []))
    let outcome = await surroundings.perform(["keys", "ls"] + arguments, environment: environment, server: server)
    #expect(outcome.status == .done, "\(outcome.errorOutput)")
    let request = try #require(server.requests.first)
    return (request.url.host, request.headers.first { $0.name == "Authorization" }?.value)
  }

  @Test func theDataFolderSpeaksWhenTheEnvironmentIsSilent() async throws {
    #expect(try await request(surroundings()) == ("127.0.0.1", "Bearer grk_local"))
  }

  @Test func theEnvironmentComesBeforeTheFolderAndTheOptionBeforeBoth() async throws {
    let environment = ["GRAPNEL_SERVER": "https://far.example/", "GRAPNEL_KEY": "grk_far"]
    let surroundings = try surroundings()
    #expect(try await request(surroundings, environment: environment) == ("far.example", "Bearer grk_far"))
    #expect(
      try await request(surroundings, ["--data", ".grapnel"], environment: ["GRAPNEL_SERVER": "http://far.example"])
        == ("127.0.0.1", "Bearer grk_local"))
    // The local key stays at home.
    #expect(
      try await request(surroundings, environment: ["GRAPNEL_SERVER": "http://far.example"]) == ("far.example", nil))
  }

  @Test func theFolderIsSearchedUpwards() throws {
    let surroundings = try surroundings()
    var context = CommandContext.current
    context.workingDirectory = surroundings.folder + "/a/b"
    #expect(try ServerAddress.nearestDataFolder(context) == surroundings.folder + "/.grapnel")
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
  func aStrangersFolderIsNotTrusted() async throws {
    let surroundings = try surroundings()
    #expect(chown(surroundings.folder + "/.grapnel", 12_345, 12_345) == 0)
    let outcome = await surroundings.perform("keys", "ls", environment: [:], userID: 1000)
    #expect(outcome.status == .notAllowed)
    #expect(outcome.errorOutput.contains("belongs to another user"))
  }

  @Test func saysWhatIsMissing() async throws {
    let empty = try Surroundings()
    let nothing = await empty.perform("keys", "ls", "--data", "none", environment: [:])
    #expect(nothing.status == .unreachable)
    #expect(nothing.errorOutput.contains("hint: start one with `grapnel serve`"))
    let badURL = await empty.perform("keys", "ls", environment: ["GRAPNEL_SERVER": "ftp://x"])
    #expect(badURL.status == .usage)
    let badKey = await empty.perform(
      "keys", "ls", environment: ["GRAPNEL_SERVER": "http://x", "GRAPNEL_KEY": "a\r\nX: y"])
    #expect(badKey.status == .usage)
    let badFile = try surroundings()
    try badFile.write("{", to: ".grapnel/server.json")
    #expect(await badFile.perform("keys", "ls", environment: [:]).status == .failed)
  }
}
