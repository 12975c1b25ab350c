import Crypto
import Engine
import Foundation
import Identity
import Model
import Store

/// Signed requests whose senders give each delivery a name: none is taken twice.
///
/// A delivery is a claim, like an `Idempotency-Key`, stored together with its run before anything of that happens: what a
/// server has taken, one that starts anew has taken too.
extension RunDoor {
  /// For how long a delivery is remembered.
  static let deliveryWindow = Duration.seconds(3600)

  func take(
    _ delivery: String, _ exchange: Exchange, _ principal: Principal?, _ instance: Instance, _ hook: Hook,
    body: [UInt8]
  ) async throws -> HTTPAnswer {
    guard exchange.header("Idempotency-Key") == nil else {
      throw Problem(
        .invalid, "a signed delivery is taken once by its own name", field: IdempotencyClaim.field,
        hint: "leave the header out")
    }
    let now = services.clock.now
    // A digest, so that what a sender sends for a name has no size here.
    var claim = IdempotencyClaim(
      instance: instance.id, hook: hook.id, caller: "delivery",
      key: SHA256.hash(data: Data(delivery.utf8)).map { String(format: "%02x", $0) }.joined(), fingerprint: [],
      expiresAt: now + Self.deliveryWindow)
    if let record = try await services.store.idempotency.find(claim, at: now) {
      guard try await wasInVain(record.run) else { throw repeated() }
      claim.replacing = record.run
    }
    do {
      return try await run(exchange, principal, instance, hook, body: body, claim: claim)
    } catch let problem as Problem where problem.code == .conflict && problem.field == IdempotencyClaim.field {
      // The same delivery came twice at once, and the other one was quicker.
      throw repeated()
    }
  }

  /// Whether what a delivery asked for was not done, so that its sender may send it again.
  private func wasInVain(_ id: ID<Run>) async throws -> Bool {
    guard let run = try await services.store.runs.find(id), run.status.isFinal, !run.isAsynchronous else {
      return false
    }
    guard run.status == .succeeded else { return true }
    return try await services.store.runs.bodies(id)?.response.map { $0.status >= 400 } ?? false
  }

  private func repeated() -> Problem {
    count("repeated")
    return Problem(
      .conflict, "this delivery has been taken already", field: "X-GitHub-Delivery",
      hint: "one that was answered with a status of 400 or more may be sent again")
  }
}
