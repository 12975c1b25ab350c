import Content
import CoreMetrics
import Engine
import Identity
import Model

extension RunDoor {
  /// Answers a request to a hook that asks for a signature: what is not signed with its secret starts nothing and leaves
  /// nothing but a count.
  ///
  /// Every request needs it, also one with a key: the hook relies on what it is given.
  func answerSigned(
    _ exchange: Exchange, by rule: SignatureRule, _ principal: Principal?, _ instance: Instance, _ hook: Hook
  ) async throws -> HTTPAnswer {
    let (body, delivery) = try await verify(exchange, by: rule, instance, hook)
    guard let delivery else { return try await perform(exchange, principal, instance, hook, body: body) }
    return try await take(delivery, exchange, principal, instance, hook, body: body)
  }

  /// The body of a request that is signed as it has to be, and what its sender calls the delivery.
  ///
  /// - Throws: `Problem` `unauthenticated` without a good signature, `tooLarge` beyond what is read whole, `unavailable`
  ///   if the hook's secret is not set or cannot be opened: what nobody can sign, nobody may send.
  private func verify(
    _ exchange: Exchange, by rule: SignatureRule, _ instance: Instance, _ hook: Hook
  ) async throws -> (body: [UInt8], delivery: String?) {
    let secrets = try await signingSecrets(rule, instance, hook)
    do {
      let signature = try RequestSignature(rule, now: services.clock.now) { exchange.header($0) }
      try exchange.body.checkDeclaredLength()
      let body = try await exchange.body.collect(atMost: configuration.bufferedBodyLimit)
      // No secret is left out once one fits, so that the time tells nothing.
      guard secrets.reduce(false, { signature.isValid(body, secret: $1) || $0 }) else {
        throw Problem.unsigned("the request is not signed with the secret of this hook", rule)
      }
      count("valid")
      return (body, signature.delivery)
    } catch let problem as Problem where problem.code == .unauthenticated {
      count("refused")
      throw problem
    }
  }

  /// The secrets that are set; what a stranger learns of one that is not is its name.
  private func signingSecrets(_ rule: SignatureRule, _ instance: Instance, _ hook: Hook) async throws -> [String] {
    var secrets: [String] = []
    var fault = Problem(
      .unavailable, "the secret \(rule.secrets.first ?? ""), which requests to this hook are signed with, is not set",
      field: "endpoint.signature.secret", hint: "set it with: grapnel env set \(rule.secrets.first ?? "NAME") --secret")
    for name in rule.secrets {
      do {
        let secret = try await services.variables.secret(named: name, hook: hook.id, in: instance.id)
        if let secret { secrets.append(secret) }
      } catch let unusable as UnusableSecret {
        fault = unusable.problem
      }
    }
    guard secrets.isEmpty else { return secrets }
    count("unusable")
    throw fault
  }

  /// Counts what became of a signed request.
  func count(_ result: String) {
    Counter(
      label: "grapnel_signatures_total", dimensions: [("result", result)], factory: services.metrics
    ).increment()
  }
}
