import Model

extension HookDefinitionReader {
  /// The names under `secrets`, none of which may be in `env` too: one would hide the other.
  static func readSecrets(
    _ top: YAMLSection, of document: YAMLDocument, environment: [String: String]
  ) throws -> [String] {
    let names = try top.texts("secrets", atMost: EnvironmentRule.mostSecrets) { EnvironmentRule.objection(to: $0) }
    for (index, name) in (names ?? []).enumerated() where environment[name] != nil {
      var problem = top.problem(
        "secrets", "\(name) is in env and in secrets", rule: "in one of them",
        hint: "take it out of env, and set it with: grapnel env set \(name) --secret")
      problem.line = top.node("secrets").flatMap { document.line(of: "/\(index)", in: $0) } ?? problem.line
      throw problem
    }
    return names ?? []
  }
}
