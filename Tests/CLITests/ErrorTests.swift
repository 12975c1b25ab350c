import GrapnelClient
import Model
import Testing

@testable import grapnel

struct ErrorTests {
  @Test(arguments: [
    (Problem.Code.invalid, CommandStatus.usage), (.methodNotAllowed, .usage), (.tooLarge, .usage),
    (.unauthenticated, .notAllowed), (.forbidden, .notAllowed), (.notFound, .notFound), (.conflict, .failed),
    (.runFailed, .failed), (.internal, .failed), (.tooMany, .tryAgain), (.unavailable, .tryAgain),
    (.timedOut, .tryAgain),
  ])
  func eachKindOfProblemHasItsStatus(code: Problem.Code, status: CommandStatus) async throws {
    let server = try FakeServer("GET /api/v1/keys", ProblemResource(error: Problem(code, "no")), status: 400)
    #expect(try await Surroundings().perform("keys", "ls", server: server).status == status)
  }

  @Test func problemsAreTextWithAHintOrJSON() async throws {
    let problem = Problem(
      .invalid, "the name is too long \u{9B}31m", field: "/name", rule: "maxLength: 80", hint: "shorten it",
      retryAfterSeconds: 3)
    let server = try FakeServer(
      "GET /api/v1/hooks/x", ProblemResource(error: problem, run: Samples.runID), status: 400)
    let surroundings = try Surroundings()
    let text = await surroundings.perform("hooks", "show", "x", server: server)
    #expect(text.output == "")
    try Snapshot.expect(text.errorOutput, "problem.txt")
    let json = await surroundings.perform("hooks", "show", "x", "--json", server: server)
    #expect(json.output == "")
    try Snapshot.expect(json.errorOutput, "problem.json")
  }

  @Test func saysWhenNoServerAnswers() async throws {
    let outcome = try await Surroundings().perform("hooks", "ls")
    #expect(outcome.status == .unreachable)
    #expect(outcome.errorOutput == "error: no server answers at http://fake.example: connection refused\n")
  }
}
