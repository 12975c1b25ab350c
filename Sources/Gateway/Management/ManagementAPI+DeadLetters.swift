import Engine
import Identity
import Model
import Store

/// Runs whose last attempt failed. A letter's id is that of its last attempt, so that whoever may act on that run may
/// act on the letter.
extension ManagementAPI {
  func listDeadLetters(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let (letters, next) = try await services.store.deadLetters.list(
      instance: instance.id, hookName: call.query.text("hook"), cursor: call.query.text("cursor"),
      limit: try call.query.limit())
    let items = letters.map { DeadLetterResource($0.run, diedAt: $0.diedAt, instance: instance.name) }
    return .json(Page(items: items, nextCursor: next))
  }

  func redriveDeadLetter(
    _ call: APICall, _ principal: Principal, _ instance: Instance, _ letter: Run
  ) async throws -> HTTPAnswer {
    let run = try await services.runs.redrive(letter.id, by: principal.key.id)
    return RunDoor.response(to: .accepted(run), instance: instance, trace: call.exchange.trace)
  }

  func removeDeadLetter(
    _ call: APICall, _ principal: Principal, _ instance: Instance, _ letter: Run
  ) async throws -> HTTPAnswer {
    let isRemoved = try await services.store.deadLetters.remove(
      letter.id, by: "key:\(principal.key.id)", at: services.clock.now)
    guard isRemoved else { throw Problem(.notFound, "there is no such dead letter") }
    return .nothing
  }
}
