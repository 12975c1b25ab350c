import Model
import Yams

/// Who may ask how often, and pages of which origins.
extension HookDefinitionReader {
  static func readRate(_ node: Node?, of document: YAMLDocument) throws -> (RateRule?, [String: Int]) {
    guard let node else { return (nil, [:]) }
    let section = try YAMLSection(node, of: document, path: "endpoint.rate", known: ["per_key", "per_address"])
    let rate = { (key: String) throws -> Rate? in
      guard let value = try section.json(key) else { return nil }
      guard let rate = value.stringValue.flatMap({ Rate(text: $0) }) else {
        throw section.problem(key, "\(section.field(key)) cannot be \(value.serialized)", rule: Rate.form)
      }
      return rate
    }
    return (RateRule(perKey: try rate("per_key"), perAddress: try rate("per_address")), section.linesByField)
  }

  static func readCORS(_ node: Node?, of document: YAMLDocument) throws -> (CORSRule?, [String: Int]) {
    guard let node else { return (nil, [:]) }
    let section = try YAMLSection(
      node, of: document, path: "endpoint.cors",
      known: ["origins", "methods", "headers", "expose", "credentials", "max_age"])
    var rule = CORSRule(origins: try readOrigins(section))
    rule.methods = try section.texts("methods", atMost: 16, methodRule) ?? rule.methods
    rule.headers = try section.texts("headers", atMost: 64, headerRule) ?? rule.headers
    rule.exposes = try section.texts("expose", atMost: 64, headerRule) ?? rule.exposes
    rule.allowsCredentials = try section.flag("credentials") ?? false
    guard !rule.allowsCredentials || !rule.isForAll else {
      throw section.problem(
        "credentials", "endpoint.cors.credentials cannot be used by pages of every origin",
        rule: "origins named one by one", hint: "name the origins that may send credentials")
    }
    rule.maximumAge = try section.duration("max_age", in: .zero...(.seconds(86_400))) ?? rule.maximumAge
    return (rule, section.linesByField)
  }

  private static func readOrigins(_ section: YAMLSection) throws -> [String] {
    if try section.json("origins") == "*" { return ["*"] }
    guard let origins = try section.texts("origins", atMost: 64, originRule), !origins.isEmpty else {
      throw section.problem(
        "origins", "endpoint.cors.origins is missing or empty", rule: "\"*\", or a list such as [https://app.example]")
    }
    guard origins.count == 1 || !origins.contains("*") else {
      throw section.problem("origins", "endpoint.cors.origins has * beside others", rule: "* alone, or no *")
    }
    return origins
  }

  /// As browsers write an origin: scheme, host and port in lower case, nothing behind.
  private static func originRule(_ origin: String) -> String? {
    if origin == "*" { return nil }
    let rule = "an origin as browsers write it, such as https://app.example or http://localhost:3000"
    let parts = origin.split(separator: ":", maxSplits: 1)
    guard origin.utf8.count <= 255, parts.count == 2, parts[1].hasPrefix("//"), parts[1].utf8.count > 2,
      origin.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }), origin == origin.lowercased(),
      parts[0].utf8.allSatisfy({ byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || "0123456789+.-".utf8.contains(byte)
      }), !parts[1].dropFirst(2).utf8.contains(where: { "/?#@\\\"'<>".utf8.contains($0) })
    else { return rule }
    // Browsers leave out the port that a scheme has by itself: with it, no page would ever match.
    let isRedundant = parts[0] == "https" && origin.hasSuffix(":443") || parts[0] == "http" && origin.hasSuffix(":80")
    return isRedundant ? "without the port that the scheme has by itself" : nil
  }

  private static func headerRule(_ name: String) -> String? {
    let isToken = name.utf8.allSatisfy { byte in
      (0x21..<0x7F).contains(byte) && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
    }
    return isToken && (1...128).contains(name.utf8.count) && name != "*" ? nil : "the name of a header"
  }
}
