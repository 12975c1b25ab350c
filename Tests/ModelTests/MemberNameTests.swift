import Foundation
import Model
import Testing

/// What is written as JSON has members in snake case, as every page of `docs/` shows them.
@Suite struct MemberNameTests {
  @Test func everyMemberIsInSnakeCase() throws {
    let time = Timestamp(microseconds: 0)
    let definition = HookDefinition(runtime: "bash", entry: "main.sh", parameters: ["type": "object"])
    let version = HookVersion(
      id: ID(at: time), number: 1, bundle: Bundle(hash: "a", size: 1, fileCount: 1), definition: definition,
      createdAt: time)
    let hook = Hook(
      id: ID(at: time), instance: ID(at: time), serial: 1, name: "a", version: version, createdAt: time,
      updatedAt: time)
    let request = RunRequest(
      method: "GET", contentType: "a/b", headers: ["accept": "*/*"], remoteAddress: "::1", traceparent: "00")
    let failure = RunFailure(reason: "exit", message: "a", setting: "a", exception: "a", traceback: "a")
    let cause = RunCause(
      kind: .http, parent: ID(at: time), schedule: ID(at: time), slot: time, endpoint: "a", trigger: ID(at: time),
      key: ID(at: time))
    let run = Run(
      id: ID(at: time), instance: ID(at: time), hook: hook.id, hookName: "a", bundleHash: "a", definition: definition,
      cause: cause, queuedAt: time, startedAt: time, endedAt: time, exitCode: 1, signal: 9, failure: failure,
      request: request)
    let field = HeaderField(name: "a", value: "a")
    let bodies = RunBodies(
      payload: 1, input: [0xFF], result: 1, response: RunResponse(headers: [field], trailers: [field]))
    let entry = LogEntry(
      instance: ID(at: time), hook: hook.id, hookName: "a", run: run.id, time: time, level: .info, stream: .log,
      value: .bytes([1]), clientAddress: "::1")
    let key = Key(
      id: ID(at: time), instance: ID(at: time), name: "a", role: .admin, prefix: "a", createdAt: time, expiresAt: time)
    let problem = Problem(
      .invalid, "a", field: "a", rule: "a", hint: "a", file: "a", line: 1, retryAfterSeconds: 1)
    let values: [any Encodable] = [
      HookResource(hook, instance: "a"), TraceResource(run, instance: "a", bodies: bodies),
      Page(items: [LogResource(entry)], nextCursor: "a"), KeyResource(key, instance: "a", secret: "a"),
      ProblemResource(error: problem, run: run.id),
    ]
    for value in values {
      for name in names(of: try JSONValue(parsing: Array(try JSONEncoder().encode(value)))) {
        #expect(!name.contains { $0.isUppercase }, "\(name) of \(type(of: value))")
      }
    }
  }

  private func names(of value: JSONValue) -> [String] {
    switch value {
    case .object(let members): members.flatMap { [$0.key] + names(of: $0.value) }
    case .array(let items): items.flatMap { names(of: $0) }
    default: []
    }
  }
}
