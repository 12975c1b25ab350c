import Content
import Crypto
import Engine
import Foundation
import Model
import Store
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct SignatureDoorTests {
  private static let secret = "It's a Secret to Everybody"

  /// A gateway whose instance `main` has the hook `signed`, and `KEY` as a secret.
  private func withGateway(
    _ rule: SignatureRule = SignatureRule(scheme: .github, secrets: ["KEY"]), hasSecret: Bool = true,
    configure: (inout GatewayConfiguration) -> Void = { _ in },
    _ body: @Sendable (TestGateway) async throws -> Void
  ) async throws {
    try await TestGateway.with(configure) { gateway in
      _ = try await gateway.store.deploy(
        instance: gateway.main.id, name: "signed",
        bundle: Bundle(hash: String(repeating: "b", count: 64), size: 1, fileCount: 1),
        definition: HookDefinition(runtime: "bash", entry: "main.sh", endpoint: EndpointRule(signature: rule)),
        origin: "folder", at: gateway.clock.now)
      if hasSecret {
        _ = try await gateway.variables.setSecret(
          .init(instance: gateway.main.id, name: "KEY"), to: Self.secret, by: "test")
      }
      try await body(gateway)
    }
  }

  private func sign(_ body: String, secret: String = Self.secret) -> String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Data(body.utf8), using: SymmetricKey(data: Data(secret.utf8)))
    return "X-Hub-Signature-256: sha256=" + code.map { String(format: "%02x", $0) }.joined()
  }

  private func deliver(
    _ gateway: TestGateway, _ id: String, _ body: String = #"{"ref":"x"}"#, signature: String? = nil, key: String? = nil
  ) async throws -> RawResponse {
    try await gateway.request(
      "POST", "/main/signed", key: key,
      headers: ["Content-Type: application/json", "X-GitHub-Delivery: \(id)", signature ?? sign(body)], body: body)
  }

  @Test func aSignatureStandsInPlaceOfAKey() async throws {
    try await withGateway { gateway in
      let answer = try await deliver(gateway, "1")
      #expect(answer.status == 200)
      let invocation = try #require(gateway.runs.invocations.first)
      #expect(invocation.payload == ["ref": "x"] && invocation.cause.key == nil)
      guard case .bytes(let bytes) = invocation.input else { throw Problem(.internal, "the body was not read whole") }
      #expect(String(decoding: bytes, as: UTF8.self) == #"{"ref":"x"}"#)
    }
  }

  @Test func withoutAGoodOneNothingRuns() async throws {
    try await withGateway { gateway in
      let bad = [
        "X-Nothing: 1", "X-Hub-Signature-256: sha256=00", sign("other"), sign(#"{"ref":"x"}"#, secret: "other!"),
      ]
      for signature in bad {
        for key in [nil, "main-admin"] {
          let answer = try await deliver(gateway, "1", signature: signature, key: key)
          #expect(answer.status == 401)
        }
      }
      #expect(try await gateway.request("GET", "/main/signed", key: "main-admin").status == 401)
      #expect(gateway.runs.invocations.isEmpty)
      // None of them has taken the delivery.
      #expect(try await deliver(gateway, "1").status == 200)
    }
  }

  @Test func aDeliveryIsTakenOnceUnlessItFailed() async throws {
    try await withGateway { gateway in
      var statuses: [Int] = []
      gateway.runs.answers { invocation throws(RunProblem) in FakeRuns.answer(invocation, text: "no", status: 500) }
      statuses.append(try await deliver(gateway, "1").status)
      gateway.runs.answers { _ throws(RunProblem) in throw RunProblem(Problem(.tooMany, "busy")) }
      statuses.append(try await deliver(gateway, "1").status)
      gateway.runs.answers { invocation throws(RunProblem) in FakeRuns.answer(invocation, text: "ok") }
      for id in ["1", "1", "1", "2"] { statuses.append(try await deliver(gateway, id).status) }
      #expect(statuses == [500, 429, 200, 409, 409, 200])
      #expect(gateway.runs.invocations.count == 4)
      gateway.clock.advance(by: .seconds(3601))
      let later = try await deliver(gateway, "1")
      #expect(later.status == 200)
    }
  }

  /// What nothing could be made of was not taken: its sender may mend it and send it again.
  @Test func aDeliveryThatCannotBeReadIsNotTaken() async throws {
    try await withGateway { gateway in
      var statuses: [Int] = []
      for body in ["{", "{", #"{"ref":"x"}"#] { statuses.append(try await deliver(gateway, "1", body).status) }
      #expect(statuses == [400, 400, 200])
      #expect(gateway.runs.invocations.count == 1)
    }
  }

  /// A thief who repeats a delivery must not get around its name with a header that is not signed.
  @Test func noOtherKeyTakesThePlaceOfADeliverysName() async throws {
    try await withGateway { gateway in
      let body = #"{"ref":"x"}"#
      for key in ["a", "b"] {
        let answer = try await gateway.request(
          "POST", "/main/signed", headers: ["X-GitHub-Delivery: 1", "Idempotency-Key: \(key)", sign(body)], body: body)
        #expect(answer.status == 400)
      }
      #expect(gateway.runs.invocations.isEmpty)
    }
  }

  @Test func aDeliveryThatIsAcceptedForLaterIsTaken() async throws {
    try await withGateway { gateway in
      let body = #"{"ref":"x"}"#
      var statuses: [Int] = []
      for _ in 0..<2 {
        let answer = try await gateway.request(
          "POST", "/main/signed?_async=1",
          headers: ["Content-Type: application/json", "X-GitHub-Delivery: 1", sign(body)], body: body)
        statuses.append(answer.status)
      }
      #expect(statuses == [202, 409])
    }
  }

  @Test func theOldSecretCountsWhileItIsChanged() async throws {
    try await withGateway(SignatureRule(scheme: .github, secrets: ["NEW", "KEY"])) { gateway in
      #expect(try await deliver(gateway, "1").status == 200)
      _ = try await gateway.variables.setSecret(
        .init(instance: gateway.main.id, name: "NEW"), to: "the next one", by: "test")
      let body = #"{"ref":"x"}"#
      #expect(try await deliver(gateway, "2", body, signature: sign(body, secret: "the next one")).status == 200)
      #expect(try await deliver(gateway, "3").status == 200)
      _ = try await gateway.variables.remove(.init(instance: gateway.main.id, name: "KEY"), by: "test")
      #expect(try await deliver(gateway, "4").status == 401)
    }
  }

  @Test func withoutASecretNobodyGetsIn() async throws {
    try await withGateway(hasSecret: false) { gateway in
      let answer = try await deliver(gateway, "1", signature: sign(#"{"ref":"x"}"#, secret: ""))
      #expect(answer.status == 503)
      #expect(String(decoding: answer.body, as: UTF8.self).contains("grapnel env set KEY --secret"))
      #expect(gateway.runs.invocations.isEmpty)
    }
  }

  @Test func aBodyThatIsTooLongIsNotRead() async throws {
    try await withGateway(configure: { $0.bufferedBodyLimit = 100 }) { gateway in
      let body = #"{"ref":"\#(String(repeating: "x", count: 100))"}"#
      let answer = try await deliver(gateway, "1", body)
      #expect(answer.status == 413)
      #expect(gateway.runs.invocations.isEmpty)
    }
  }

  @Test func timesAreThoseOfTheServersClock() async throws {
    try await withGateway(SignatureRule(scheme: .stripe, secrets: ["KEY"])) { gateway in
      let signed = gateway.clock.now.microseconds / 1_000_000
      let code = sign("\(signed).{}").split(separator: "=")[1]
      var statuses: [Int] = []
      for seconds in [0, 299, 3] {
        gateway.clock.advance(by: .seconds(seconds))
        let answer = try await gateway.request(
          "POST", "/main/signed",
          headers: ["Content-Type: application/json", "Stripe-Signature: t=\(signed),v1=\(code)"], body: "{}")
        statuses.append(answer.status)
      }
      #expect(statuses == [200, 200, 401])
    }
  }
}
