import Model
import Yams

/// `endpoint.signature`: `scheme`, `secret`, and what the scheme leaves open. The bounds: 4 secrets, a `tolerance` of 1s
/// to 24h, a `prefix` of 64 characters.
extension HookDefinitionReader {
  private static let common = ["scheme", "secret"]
  private static let keys: [SignatureRule.Scheme: [String]] = [
    .github: common, .stripe: common + ["tolerance"],
    .hmac: common + ["header", "algorithm", "encoding", "prefix", "timestamp_header", "tolerance"],
  ]

  /// - Returns: the rule, and the lines of its keys.
  static func readSignature(
    _ node: Node?, of document: YAMLDocument
  ) throws -> (rule: SignatureRule?, lines: [String: Int]) {
    guard let node else { return (nil, [:]) }
    let path = "endpoint.signature"
    let section = try YAMLSection(node, of: document, path: path, known: keys[.hmac] ?? [])
    guard let scheme = try word(section, "scheme", SignatureRule.Scheme.self) else {
      throw section.problem("scheme", "\(path).scheme is missing", rule: rule(SignatureRule.Scheme.self))
    }
    // The same again with the scheme's own keys: what it does not leave open cannot be said.
    _ = try YAMLSection(node, of: document, path: path, known: keys[scheme] ?? [])
    let secrets = try readSigningSecrets(section)
    var rule = SignatureRule(scheme: scheme, secrets: secrets)
    rule.tolerance = try section.duration("tolerance", in: .seconds(1)...(.seconds(86_400))) ?? rule.tolerance
    if scheme == .hmac { try readOwnScheme(section, &rule) }
    return (rule, section.linesByField)
  }

  private static func readSigningSecrets(_ section: YAMLSection) throws -> [String] {
    guard let value = try section.json("secret") else {
      throw section.problem(
        "secret", "endpoint.signature.secret is missing", rule: "the name of a secret, or a list of such names",
        hint: "set one with: grapnel env set NAME --secret")
    }
    let check = { (name: String) in EnvironmentRule.objection(to: name) }
    guard let name = value.stringValue else {
      let names = try section.texts("secret", atMost: 4, check) ?? []
      guard !names.isEmpty else { throw section.problem("secret", "endpoint.signature.secret is empty") }
      return names
    }
    if let rule = check(name) { throw section.problem("secret", "no secret has such a name", rule: rule) }
    return [name]
  }

  private static func readOwnScheme(_ section: YAMLSection, _ rule: inout SignatureRule) throws {
    guard let header = try headerName(section, "header") else {
      throw section.problem(
        "header", "endpoint.signature.header is missing", rule: "the name of the header with the signature")
    }
    rule.header = header
    rule.algorithm = try word(section, "algorithm", SignatureRule.Algorithm.self) ?? rule.algorithm
    rule.encoding = try word(section, "encoding", SignatureRule.Encoding.self) ?? rule.encoding
    rule.prefix = try section.text("prefix", length: 0...64) ?? rule.prefix
    rule.timestampHeader = try headerName(section, "timestamp_header")
    guard rule.timestampHeader != nil || section.node("tolerance") == nil else {
      throw section.problem(
        "tolerance", "without endpoint.signature.timestamp_header there is no time to compare",
        hint: "name the header with the time of signing")
    }
  }

  /// A token of RFC 9110, section 5.6.2.
  private static func headerName(_ section: YAMLSection, _ key: String) throws -> String? {
    guard let name = try section.text(key, length: 1...128) else { return nil }
    let isToken = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
    }
    guard isToken else { throw section.problem(key, "no header has such a name", rule: "such as X-Signature") }
    return name
  }

  private static func word<Value: CaseIterable & RawRepresentable<String>>(
    _ section: YAMLSection, _ key: String, _ type: Value.Type
  ) throws -> Value? {
    guard let text = try section.text(key, length: 0...63) else { return nil }
    if let value = Value(rawValue: text) { return value }
    throw section.problem(
      key, "\(section.field(key)) cannot be \(text)", rule: rule(type),
      hint: text.nearest(among: Value.allCases.map(\.rawValue)).map { "did you mean \($0)?" })
  }

  private static func rule<Value: CaseIterable & RawRepresentable<String>>(_ type: Value.Type) -> String {
    "one of \(type.allCases.map(\.rawValue).joined(separator: ", "))"
  }
}
