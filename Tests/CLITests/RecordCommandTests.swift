import Foundation
import GrapnelClient
import Model
import Testing

@testable import grapnel

struct RecordCommandTests {
  private static let ada: JSONValue = [
    "id": 1, "last_modified": .int(Samples.ago(120).microseconds / 1000), "player": "ada", "points": 9000,
  ]
  private static let scores: JSONValue = [
    "id": "scores", "last_modified": .int(Samples.ago(3600).microseconds / 1000), "id_type": "integer",
    "fields": [
      ["name": "player", "type": "string", "required": true, "label": "name"],
      ["name": "points", "type": "integer", "default": 0, "indexed": true, "writable": false],
      ["name": "jar", "ref": ["class": "jars", "many": true]], ["name": "sum", "calc": ["get": "hooks/sum"]],
    ],
  ]

  private func server(_ request: String, _ data: JSONValue, status: Int = 200) -> FakeServer {
    FakeServer([request: FakeServer.Answer(status: status, body: JSONValue.object(["data": data]).serialized)])
  }

  private func expectSnapshots(_ name: String, _ arguments: [String], _ server: FakeServer) async throws {
    let surroundings = try Surroundings()
    let text = await surroundings.perform(arguments, server: server)
    #expect(text.status == .done && text.errorOutput == "", "\(text.errorOutput)")
    try Snapshot.expect(text.output, "\(name).txt")
    let json = await surroundings.perform(arguments + ["--json"], server: server)
    #expect(json.status == .done && json.errorOutput == "")
    try Snapshot.expect(json.output, "\(name).json")
  }

  private static let records = "/v1/buckets/main/collections/scores/records"

  @Test func listing() async throws {
    let server = server("GET \(Self.records)", [Self.ada])
    try await expectSnapshots(
      "records-ls",
      ["records", "ls", "scores", "--filter", "min_points=100", "--filter", "a=b=c&d", "--sort", "-points"],
      server)
    #expect(server.requests[0].url.query == "min_points=100&a=b%3Dc%26d&_sort=-points&_limit=20")
    let none = self.server("GET \(Self.records)", [])
    #expect(await (try Surroundings()).perform("records", "ls", "scores", server: none).output == "no records\n")
  }

  @Test func reading() async throws {
    try await expectSnapshots(
      "records-get", ["records", "get", "scores", "1"], server("GET \(Self.records)/1", Self.ada))
    let elsewhere = server("GET /v1/buckets/other/collections/a%20b/records/x%2Fy", Self.ada)
    _ = await (try Surroundings()).perform("records", "get", "a b", "x/y", "--bucket", "other", server: elsewhere)
    #expect(elsewhere.requests[0].url.absoluteString.hasSuffix("/v1/buckets/other/collections/a%20b/records/x%2Fy"))
  }

  @Test func changing() async throws {
    let created = server("POST \(Self.records)", Self.ada, status: 201)
    try await expectSnapshots("records-create", ["records", "create", "scores", "-d", #"{"player": "ada"}"#], created)
    #expect(try JSONValue(parsing: created.requests[0].body ?? []) == ["data": ["player": "ada"]])
    let put = server("PUT \(Self.records)/1", Self.ada)
    #expect(
      await (try Surroundings()).perform("records", "put", "scores", "1", "-d", "{}", server: put).status == .done)
    let patch = server("PATCH \(Self.records)/1", Self.ada)
    _ = await (try Surroundings()).perform("records", "patch", "scores", "1", "-d", #"{"a": null}"#, server: patch)
    #expect(
      patch.requests[0].headers.contains(HeaderField(name: "Content-Type", value: "application/merge-patch+json")))
    let gone = await (try Surroundings()).perform(
      "records", "rm", "scores", "1", server: server("DELETE \(Self.records)/1", ["id": 1, "deleted": true]))
    #expect(gone.status == .done && gone.output == "" && gone.errorOutput == "record 1 of scores is deleted\n")
  }

  @Test func classes() async throws {
    let classes = "/v1/buckets/main/collections"
    try await expectSnapshots(
      "classes-ls", ["classes", "ls"], server("GET \(classes)", [Self.scores, ["id": "any", "last_modified": 1000]]))
    let path = "\(classes)/scores"
    try await expectSnapshots("classes-show", ["classes", "show", "scores"], server("GET \(path)", Self.scores))
    let made = server("PUT \(path)", Self.scores, status: 201)
    let outcome = await (try Surroundings()).perform(
      "classes", "create", "scores", "--id", "integer", "--field", "player:string:required:label=name", "--field",
      #"points:integer:indexed:fixed:default={"a": 1}"#, "-d", #"{"cache_expires": 5}"#, server: made)
    #expect(outcome.status == .done, "\(outcome.errorOutput)")
    #expect(
      try JSONValue(parsing: made.requests[0].body ?? []) == [
        "data": [
          "cache_expires": 5, "id_type": "integer",
          "fields": [
            ["name": "player", "type": "string", "required": true, "label": "name"],
            ["name": "points", "type": "integer", "indexed": true, "writable": false, "default": ["a": 1]],
          ],
        ]
      ])
    #expect(made.requests[0].headers.contains(HeaderField(name: "If-None-Match", value: "*")))
    let gone = await (try Surroundings()).perform(
      "classes", "rm", "scores", server: server("DELETE \(path)", ["id": "scores", "deleted": true]))
    #expect(gone.status == .done && gone.errorOutput == "class scores is removed\n")
  }

  @Test func errorsAreThoseOfTheProtocol() async throws {
    let cases: [(Int, JSONValue, CommandStatus, String)] = [
      (
        400,
        [
          "code": 400, "errno": 107, "message": "x",
          "details": [
            ["location": "body", "name": "data.points", "description": "\"a\" is not an integer"],
            ["location": "body", "name": "data.x", "description": "the class has no field x"],
          ],
        ], .usage, "data.points"
      ),
      (401, ["code": 401, "errno": 104, "message": "Please authenticate"], .notAllowed, "Please authenticate"),
      (403, ["code": 403, "errno": 121, "message": "This user cannot"], .notAllowed, "cannot"),
      (
        404, ["code": 404, "errno": 110, "error": "Not Found", "details": ["id": "1", "resource_name": "record"]],
        .notFound, "there is no record 1"
      ),
      (
        409,
        ["code": 409, "errno": 122, "message": "another record has this value", "details": ["existing": ["id": "7"]]],
        .failed, "the record 7 has it"
      ),
      (412, ["code": 412, "errno": 114, "message": "Resource was modified meanwhile"], .failed, "changed meanwhile"),
      (503, ["code": 503, "errno": 201, "message": "later"], .tryAgain, "later"),
    ]
    for (status, body, expected, text) in cases {
      let server = FakeServer([
        "PUT \(Self.records)/1": FakeServer.Answer(status: status, body: body.serialized)
      ])
      let outcome = await (try Surroundings()).perform("records", "put", "scores", "1", "-d", "{}", server: server)
      #expect(outcome.status == expected, "\(status)")
      #expect(outcome.errorOutput.contains(text), "\(outcome.errorOutput)")
    }
  }
}
