import Foundation
import GrapnelClient
import Model
import Testing

@testable import grapnel

struct RunHookTests {
  private let path = "POST /api/v1/hooks/hello/runs"

  private func server(_ trace: TraceResource, status: Int = 200) throws -> FakeServer {
    try FakeServer(path, trace, status: status)
  }

  private func payload(_ server: FakeServer) throws -> JSONValue? {
    try JSONValue(parsing: server.requests[0].body ?? [])["payload"]
  }

  @Test func printsTheOutputAndTheLogApart() async throws {
    let server = try server(Samples.trace())
    let outcome = try await Surroundings().perform("run", "hello", "-d", "{\"name\":\"Ada\"}", server: server)
    #expect(outcome == .init(status: .done, output: "Hello, Ada!\n", errorOutput: "greeting Ada\n"))
    #expect(try payload(server) == ["name": "Ada"])
    try await Snapshot.expect(
      Surroundings().perform("run", "hello", "--json", server: self.server(Samples.trace())).output, "run.json")
  }

  @Test func prefersTheMessagesOfTheLog() async throws {
    let encoder = JSONEncoder()
    let trace = String(decoding: try encoder.encode(Samples.trace()), as: UTF8.self)
    let page = Page(items: [Samples.message(1, .json("from the log")), Samples.message(2, .json(["a": 1]))])
    let logs = String(decoding: try encoder.encode(page), as: UTF8.self)
    let server = FakeServer([path: .init(body: trace), "GET /api/v1/logs": .init(body: logs)])
    let outcome = try await Surroundings().perform("run", "hello", server: server)
    #expect(outcome.errorOutput == "from the log\n{\"a\":1}\n")
  }

  @Test func writesWhatAHandlerReturnedAsTheHostDoes() throws {
    let write = { try RunReport.output(Samples.trace(output: [], result: $0)) }
    #expect(try write("text") == Array("text".utf8))
    #expect(try write(["a": 1]) == Array("{\"a\":1}\n".utf8))
    #expect(try write(.null) == [])
    #expect(try RunReport.output(Samples.trace(output: [0xFF, 0x00])) == [0xFF, 0x00])
  }

  @Test func readsThePayloadFromFilesAndStandardInput() async throws {
    let surroundings = try Surroundings()
    try surroundings.write("[1]", to: "payload.json")
    let fromFile = try server(Samples.trace())
    _ = await surroundings.perform("run", "hello", "-d", "@payload.json", server: fromFile)
    #expect(try payload(fromFile) == [1])
    let fromInput = try server(Samples.trace())
    _ = await surroundings.perform("run", "hello", "-d", "@-", input: "\"x\"", server: fromInput)
    #expect(try payload(fromInput) == "x")
    let missing = await surroundings.perform("run", "hello", "-d", "@nowhere")
    #expect(missing.status == .usage)
    let broken = await surroundings.perform("run", "hello", "-d", "{oops")
    #expect(broken.status == .usage)
    #expect(broken.errorOutput.contains("not valid JSON"))
  }

  @Test func aFailedRunIsStatusOneAndSaysWhy() async throws {
    let server = try server(Samples.trace(.failed, failure: Samples.failure, output: []))
    let outcome = try await Surroundings().perform("run", "hello", server: server)
    #expect(outcome.status == .failed)
    #expect(outcome.output == "")
    try Snapshot.expect(outcome.errorOutput, "run-failed.txt")
  }

  @Test func aTracebackIsShownOnce() throws {
    let trace = Samples.trace(.failed, failure: Samples.failure, output: [])
    let traceback = ["Traceback:", "  File \"main.py\", line 2", "ValueError: bad \\x1b[31mname"]
    let notice = try #require(RunReport.notice(trace, log: ["before"] + traceback))
    #expect(notice == "run \(Samples.runID) failed: ValueError: bad \\x1b[31mname")
    #expect(try #require(RunReport.notice(trace, log: [])).contains("Traceback:"))
  }

  @Test func asyncPrintsTheIDAlone() async throws {
    var trace = Samples.trace(.queued)
    trace.bodies = nil
    let server = try server(trace, status: 202)
    let outcome = try await Surroundings().perform("run", "hello", "--async", server: server)
    #expect(outcome == .init(status: .done, output: "\(Samples.runID)\n", errorOutput: ""))
  }

  @Test func aRunThatGoesOnIsNotTakenForDone() async throws {
    let outcome = try await Surroundings().perform("run", "hello", server: server(Samples.trace(.running)))
    #expect(outcome.status == .tryAgain)
    #expect(outcome.output == "\(Samples.runID)\n")
  }
}
