import Foundation
import Model
import Testing

@testable import Engine

@Suite struct SecretMaskTests {
  /// Masks `text` in chunks whose lengths `cut` gives.
  private func mask(
    _ text: [UInt8], _ mask: SecretMask, isCut: Bool = false, in cut: (Int) -> Int = { $0 }
  ) -> [UInt8] {
    var stream = mask.stream()
    var shown: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(max(1, cut(rest.count)))
      rest = rest.dropFirst(chunk.count)
      shown += stream.append(Array(chunk))
    }
    return shown + stream.finish(isCut: isCut)
  }

  private func masked(_ text: String, _ secrets: String...) throws -> String {
    try #require(SecretMask(secrets)).mask(text)
  }

  @Test func nothingToMask() {
    #expect(SecretMask([]) == nil)
  }

  @Test(arguments: [
    ("the key is s3cr3t!", "the key is ***"), ("s3cr3t!s3cr3t!", "******"), ("s3cr3t", "s3cr3t"), ("", ""),
    ("s3cs3cr3t!x", "s3c***x"), ("s3cr3t%21 and s3cr3t%2", "*** and s3cr3t%2"), ("%733cr3t%21", "***"),
    ("%7", "%7"), ("100% s3cr3t!", "100% ***"), (#"{"k":"s3cr3t!"}"#, #"{"k":"***"}"#),
    (#"\u0073\u0033cr3t!\n"#, #"***\n"#), (#"\u00"#, #"\u00"#), (#"\s3cr3t!"#, #"\***"#), ("100%s3cr3t!", "100%***"),
    (#"\\u0073\u00333cr3t!"#, #"\\u0073\u00333cr3t!"#),
    (#"\\u0073\u0033cr3t!"#, #"\***"#),
    ("czNjcjN0IQ==", "***"), ("czNjcjN0IQ", "***"), ("Basic dXNlcjpzM2NyM3Qh", "Basic dXNlcjp***"),
  ])
  func recognised(text: String, expected: String) throws {
    #expect(try masked(text, "s3cr3t!") == expected)
  }

  @Test func overlappingSecretsAreOne() throws {
    #expect(try masked("abcdefgh", "abcdef", "defgh") == "***")
    #expect(try masked("abcdefgh", "abcdefgh", "cdef") == "***")
    #expect(try masked("abcdefgx", "abcdefgh", "cdef") == "ab***gx")
    #expect(try masked("aaaaaaaaaaaab", "aaaa") == "***b")
  }

  @Test func whatIsEscapedInSeveralWays() throws {
    let secret = "pa\"ss\\w/ör d+1\u{1F511}"
    let encoder = JSONEncoder()
    let asJSON = String(decoding: try encoder.encode([secret]), as: UTF8.self)
    #expect(try masked(asJSON, secret) == "[\"***\"]")
    let ascii = #"pa\"ss\\w\/\u00f6r d+1\ud83d\udd11"#
    #expect(try masked("<\(ascii)>", secret) == "<***>")
    let percent = try #require(secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    #expect(try masked("?a=\(percent)&b", secret) == "?a=***&b")
    #expect(try masked("?a=\(percent.lowercased())", secret) == "?a=***")
    #expect(try masked("?a=\(percent.replacing("%20", with: "+"))", secret) == "?a=***")
  }

  @Test func base64OfSomethingAround() throws {
    let secret = "sk_live_51Habc?>~~~?>"
    for before in ["", "u", "us", "user:"] {
      for after in ["", "x", "xy", ":more"] {
        let text = Data((before + secret + after).utf8).base64EncodedString()
        for form in [text, text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")] {
          let shown = try masked("(\(form))", secret)
          #expect(shown.contains("***"))
          let hidden = form.dropFirst(before.utf8.count * 4 / 3 + 2).dropLast(after.utf8.count * 4 / 3 + 5)
          #expect(hidden.count > 12 && !shown.contains(hidden), "\(form) became \(shown)")
        }
      }
    }
  }

  @Test func linesOfLongSecrets() throws {
    let key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nabcd1234efgh\n-----END KEY-----"
    #expect(try masked("line 1: MIIEvQIBADANBgkqhkiG9w0BAQEF", key) == "line 1: ***")
    #expect(try masked("all: \(key).", key) == "all: ***.")
    let long = String((0..<40).map { Character(Unicode.Scalar(UInt8(33 + $0))) }) + String(repeating: "ö", count: 30)
    let wrapped = Data(long.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
    #expect(wrapped.contains("\n"))
    let shown = try masked(wrapped, long)
    #expect(shown.allSatisfy { "*\n".contains($0) }, "\(shown)")
  }

  @Test func jsonIsMaskedWhereverTheSecretIs() throws {
    let mask = try #require(SecretMask(["12345678", "token-of-mine"]))
    let value: JSONValue = [
      "token-of-mine": 1, "n": 12_345_678, "big": 9_123_456_789, "d": 0.12345678,
      "list": ["a token-of-mine", nil, true],
      "plain": ["x": 1234],
    ]
    #expect(
      mask.mask(value) == [
        "***": 1, "n": "***", "big": "9***9", "d": "0.***", "list": ["a ***", nil, true], "plain": ["x": 1234],
      ])
    let failure = RunFailure(
      reason: "exception", message: "no token-of-mine", exception: "E", traceback: "line token-of-mine")
    #expect(mask.mask(failure).message == "no ***" && mask.mask(failure).traceback == "line ***")
    let response = RunResponse(status: 200, headers: [HeaderField(name: "X", value: "token-of-mine")])
    #expect(mask.mask(response).headers == [HeaderField(name: "X", value: "***")])
  }

  @Test func whatWasCutEndsMasked() throws {
    let mask = try #require(SecretMask(["s3cr3t!"]))
    #expect(mask.mask("it is s3cr3", isCut: true) == "it is ***")
    #expect(mask.mask("it is s3cr3") == "it is s3cr3")
    #expect(mask.mask("s3cr3t!s3", isCut: true) == "******")
    #expect(mask.mask("nothing", isCut: true) == "nothing")
  }

  @Test func nothingIsHeldBackThatCannotBeASecret() throws {
    var stream = try #require(SecretMask(["s3cr3t!"])).stream()
    #expect(stream.append(Array("a line\nthe next s3c".utf8)) == Array("a line\nthe next ".utf8))
    #expect(stream.append(Array("ond\n".utf8)) == Array("s3cond\n".utf8))
    #expect(stream.finish() == [])
  }

  @Test func theTimeDoesNotGrowWithWhatNearlyMatches() throws {
    // Quadratic, this would be 2^34 steps, and no test would end.
    let mask = try #require(SecretMask([String(repeating: "a", count: 32 << 10) + "b"]))
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 512 << 10)
    #expect(self.mask(text, mask, in: { _ in 64 << 10 }) == text)
  }

  /// Random texts with secrets in all their forms, in random chunks: none is left, and the chunks make no difference.
  @Test(arguments: 0..<40) func noSecretIsEverLeft(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    // Few letters, so that the text is full of beginnings of secrets; no star, which masking itself writes.
    let letters = Array("aab%\\\"u0041 +/-ö\n")
    let word = { (lengths: ClosedRange<Int>, generator: inout SplitMix64) in
      String((0..<Int.random(in: lengths, using: &generator)).map { _ in letters.randomElement(using: &generator)! })
    }
    let secrets = (0..<Int.random(in: 1...4, using: &generator)).map { _ in word(4...24, &generator) }
    let mask = try #require(SecretMask(secrets))
    var forms: [[UInt8]] = []
    for secret in secrets {
      let bytes = Array(secret.utf8)
      let base64 = Data(bytes).base64EncodedString()
      forms.append(bytes)
      forms += [base64, base64.replacing("+", with: "-").replacing("/", with: "_")].map { Array($0.utf8) }
      forms.append(bytes.flatMap { Array(String(format: "%%%02x", $0).utf8) })
      forms.append(Array(secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!.utf8))
      forms.append(Array(JSONValue.string(secret).serializedBytes.dropFirst().dropLast()))
      forms.append(secret.utf16.flatMap { Array(String(format: "\\u%04X", $0).utf8) })
    }
    for _ in 0..<20 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        text +=
          Bool.random(using: &generator) ? forms.randomElement(using: &generator)! : Array(word(0...9, &generator).utf8)
      }
      let whole = self.mask(text, mask)
      for form in forms {
        #expect(
          Data(whole).range(of: Data(form)) == nil,
          "\(String(decoding: form, as: UTF8.self)) is left of \(String(decoding: text, as: UTF8.self)) for \(secrets)")
      }
      for _ in 0..<5 {
        let most = Int.random(in: 1...16, using: &generator)
        var chunks = SplitMix64(seed: generator.next())
        #expect(self.mask(text, mask, in: { _ in Int.random(in: 1...most, using: &chunks) }) == whole)
      }
    }
  }

  /// What has no secret in it stays as it is, byte for byte.
  @Test(arguments: 0..<10) func otherTextStays(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let mask = try #require(SecretMask(["a-secret-with-letters", "another\\one%20"]))
    let text = (0..<5000).map { _ in "aecrst-%\\u0\n\u{1}".utf8.randomElement(using: &generator)! }
    #expect(self.mask(text, mask, in: { _ in Int.random(in: 1...100, using: &generator) }) == text)
  }
}
