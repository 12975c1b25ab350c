import Model
import Testing

@testable import Gateway

/// Vectors made with openssl, and the one that GitHub's documentation gives.
@Suite struct RequestSignatureTests {
  private static let now = Timestamp(microseconds: 1_700_000_000_000_000)
  private static let github = SignatureRule(scheme: .github, secrets: ["KEY"])
  private static let stripe = SignatureRule(scheme: .stripe, secrets: ["KEY"])
  private static let secret = "It's a Secret to Everybody"
  private static let body = Array("Hello, World!".utf8)
  private static let documented = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

  private func isValid(
    _ rule: SignatureRule, _ headers: [String: String], body: [UInt8] = Self.body, secret: String = Self.secret
  ) -> Bool {
    guard let signature = try? RequestSignature(rule, now: Self.now, header: { headers[$0] }) else { return false }
    return signature.isValid(body, secret: secret)
  }

  @Test func githubsOwnExample() {
    let headers = ["X-Hub-Signature-256": "sha256=" + Self.documented, "X-GitHub-Delivery": "1"]
    #expect(isValid(Self.github, headers))
    #expect(!isValid(Self.github, headers, body: Array("Hello, World?".utf8)))
    #expect(!isValid(Self.github, headers, secret: "It's a secret to everybody"))
    for index in Self.documented.indices {
      var wrong = Self.documented
      wrong.replaceSubrange(index...index, with: Self.documented[index] == "0" ? "1" : "0")
      #expect(!isValid(Self.github, ["X-Hub-Signature-256": "sha256=" + wrong, "X-GitHub-Delivery": "1"]))
    }
  }

  @Test(
    arguments: [
      [:], ["X-Hub-Signature-256": ""], ["X-Hub-Signature-256": "sha256="], ["X-Hub-Signature-256": documented],
      ["X-Hub-Signature-256": "sha256=" + documented.dropLast(2)],
      ["X-Hub-Signature-256": "sha256=" + documented + "00"],
      ["X-Hub-Signature-256": "sha1=" + documented], ["X-Hub-Signature-256": "sha512=" + documented],
      ["X-Hub-Signature-256": "sha256=" + documented + ", sha256=" + documented],
      ["X-Hub-Signature-256": "sha256=" + String(repeating: "z", count: 64)],
      ["X-Hub-Signature": "sha256=" + documented],
    ] as [[String: String]])
  func whatIsNoSignature(headers: [String: String]) {
    #expect(!isValid(Self.github, headers.merging(["X-GitHub-Delivery": "1"]) { $1 }))
  }

  /// What is missing is named, so that who sets up a sender knows what to look for.
  @Test func whatIsMissingIsNamed() {
    let missing: [(SignatureRule, [String: String], String)] = [
      (Self.github, ["X-GitHub-Delivery": "1"], "the request has no X-Hub-Signature-256"),
      (Self.github, ["X-Hub-Signature-256": "sha256=" + Self.documented], "the request has no X-GitHub-Delivery"),
      (Self.stripe, [:], "the request has no Stripe-Signature"),
      (Self.stripe, ["Stripe-Signature": "t=1700000000"], "Stripe-Signature cannot be read"),
      (Self.stripe, ["Stripe-Signature": "v1=00"], "the time of signing cannot be read"),
      (
        SignatureRule(scheme: .hmac, secrets: ["KEY"], header: "X-Sign", timestampHeader: "X-Time"), ["X-Sign": "00"],
        "the request has no X-Time"
      ),
    ]
    for (rule, headers, message) in missing {
      var problem: Problem?
      do {
        _ = try RequestSignature(rule, now: Self.now, header: { headers[$0] })
      } catch { problem = error }
      #expect(problem?.message == message && problem?.code == .unauthenticated)
    }
  }

  /// A sender cannot make the server compare for ever.
  @Test func soManySignaturesAreLookedAtAndNoMore() {
    let wrong = Array(repeating: "v1=00", count: 15).joined(separator: ",")
    #expect(isValid(Self.stripe, ["Stripe-Signature": "t=1700000000,\(wrong),v1=\(Self.timed)"]))
    #expect(!isValid(Self.stripe, ["Stripe-Signature": "t=1700000000,\(wrong),v1=00,v1=\(Self.timed)"]))
  }

  @Test func aDeliveryHasAName() {
    let signature = ["X-Hub-Signature-256": "sha256=" + Self.documented]
    #expect(!isValid(Self.github, signature))
    #expect(!isValid(Self.github, signature.merging(["X-GitHub-Delivery": ""]) { $1 }))
  }

  /// printf '1700000000.Hello, World!' | openssl dgst -sha256 -hmac "It's a Secret to Everybody"
  private static let timed = "76c83fd0acdf22faed320674fe8e04d528cfe8a17905e720a9611e40677c03b7"

  @Test(arguments: [
    ("t=1700000000,v1=\(timed)", true), ("t=1700000000, v1=\(timed)", true),
    ("v1=\(String(repeating: "0", count: 64)),v1=\(timed),t=1700000000,v0=aa", true),
    ("t=1700000001,v1=\(timed)", false), ("v1=\(timed)", false), ("t=1700000000", false),
    ("t=1700000000,v0=\(timed)", false), ("t=,v1=\(timed)", false), ("t=17000000000000000000000,v1=\(timed)", false),
    ("t=-1,v1=\(timed)", false), ("", false), (",,=,", false),
    ("t=1700000000,t=1,v1=\(timed)", true),
  ])
  func stripes(header: String, expected: Bool) {
    #expect(isValid(Self.stripe, ["Stripe-Signature": header]) == expected)
  }

  @Test(arguments: [(0, true), (300, true), (301, false), (-300, true), (-301, false)])
  func theTimeOfSigningIsNearNow(seconds: Int64, expected: Bool) throws {
    let now = Timestamp(microseconds: Self.now.microseconds + seconds * 1_000_000)
    let header = "t=1700000000,v1=\(Self.timed)"
    let signature = try? RequestSignature(Self.stripe, now: now, header: { _ in header })
    #expect((signature?.isValid(Self.body, secret: Self.secret) ?? false) == expected)
  }

  /// openssl dgst -sha512 -hmac … -binary | base64
  @Test func schemesOfOnesOwn() {
    let long = "Ee01WmF+mBNOhCASp5RMz1nBAlbLGCNXvX46QgE/8Hw3b4wUz1zBkj2iC1HWQlay+4678QCqZ6YTJvYf6oERvA=="
    let rule = SignatureRule(
      scheme: .hmac, secrets: ["KEY"], header: "X-Sign", algorithm: .sha512, encoding: .base64, prefix: "v0=")
    #expect(isValid(rule, ["X-Sign": "v0=" + long]))
    #expect(!isValid(rule, ["X-Sign": long]))
    #expect(!isValid(rule, ["X-Sign": "v1=" + long]), "a prefix of the same length is another one")
    #expect(!isValid(rule, ["X-Sign": "v0=" + Self.documented]))
    let timed = SignatureRule(scheme: .hmac, secrets: ["KEY"], header: "X-Sign", timestampHeader: "X-Time")
    #expect(isValid(timed, ["X-Sign": Self.timed.uppercased(), "X-Time": "1700000000"]))
    #expect(!isValid(timed, ["X-Sign": Self.timed]))
    #expect(!isValid(timed, ["X-Sign": Self.timed, "X-Time": "1700000001"]))
    #expect(!isValid(timed, ["X-Sign": Self.timed, "X-Time": "+1700000000"]))
    #expect(!isValid(timed, ["X-Sign": Self.documented, "X-Time": "1700000000"]))
    let plain = SignatureRule(scheme: .hmac, secrets: ["KEY"], header: "X-Sign")
    #expect(isValid(plain, ["X-Sign": Self.documented]))
  }
}
