import Content
import Engine
import Identity
import Model
import Store

extension ManagementAPI {
  /// Runs a hook again with what an earlier run was given: with the active version, another one, or the one that ran.
  func replayRun(_ call: APICall, _ principal: Principal, _ instance: Instance, _ run: Run) async throws -> HTTPAnswer {
    let members = try await call.members(limit: 64 << 10)
    let number = try members.number("version", in: 1...Int64.max)
    let isAsRecorded = try members.flag("as_recorded") ?? false
    guard number == nil || !isAsRecorded else {
      throw Problem(.invalid, "version and as_recorded exclude each other", field: "/version")
    }
    guard run.status.isFinal else {
      throw Problem(.conflict, "the run has not ended: what it was given may not all be on record")
    }
    guard let id = run.hook, var hook = try await services.store.hooks.find(id) else {
      throw Problem(.conflict, "the hook of the run is not there any more")
    }
    if let number {
      guard let version = try await services.store.hooks.version(id, number: number) else {
        throw Problem(.notFound, "the hook \(hook.name) has no version \(number)", field: "/version")
      }
      hook.version = version
    } else if isAsRecorded {
      hook.version = HookVersion(
        id: hook.version.id, number: 0, bundle: Bundle(hash: run.bundleHash, size: 0, fileCount: 0),
        definition: run.definition, createdAt: run.queuedAt)
    }
    guard services.deployer.hasFiles(of: hook.version.bundle.hash) else {
      throw Problem(.unavailable, "the files of that version are no longer there")
    }
    let bodies = try await input(of: run)
    var request = run.request
    request?.traceparent = call.exchange.trace.text
    let invocation = Invocation(
      id: ID(at: services.clock.now), instance: instance, hook: hook,
      cause: RunCause(kind: .manual, parent: run.id, key: principal.key.id), request: request,
      payload: bodies.payload ?? [:], input: .bytes(bodies.input), isAsynchronous: try members.flag("async") ?? false)
    return try await perform(invocation, call)
  }

  /// What a run was given.
  ///
  /// - Throws: `Problem` `conflict` if not all of it is on record: another input would be another run.
  private func input(of run: Run) async throws -> RunBodies {
    guard let bodies = try await services.store.runs.bodies(run.id) else {
      throw Problem(.conflict, "what the run was given is not on record any more")
    }
    let length = run.request?.contentLength
    guard !bodies.isInputCut, length.map({ $0 <= Int64(bodies.input.count) }) ?? true else {
      throw Problem(
        .conflict, "only \(bodies.input.count) bytes of the run's input are on record, not all of it",
        rule: "1 MiB of an input is kept, and no more than the run read")
    }
    return bodies
  }
}

extension RunRequest {
  /// The length of the body that the caller said it sends; `nil` if it did not.
  fileprivate var contentLength: Int64? {
    headers.first { $0.key.lowercased() == "content-length" }.flatMap { Int64($0.value) }
  }
}
