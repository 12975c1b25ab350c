import Model
import Yams

/// The triggers that come and go with a hook.
extension HookDefinitionReader {
  /// - Parameter instance: the name of the hook's instance.
  static func readTriggers(
    _ top: YAMLSection, of document: YAMLDocument, instance: String
  ) throws -> [DeclaredTrigger] {
    guard let node = top.node("triggers") else { return [] }
    guard case .sequence(let sequence) = node else {
      throw top.problem("triggers", "triggers must be a list", rule: "a list such as [{class: scores, on: [create]}]")
    }
    guard sequence.count <= DeclaredTrigger.mostOfHook else {
      throw top.problem(
        "triggers", "triggers has \(sequence.count) elements", rule: "at most \(DeclaredTrigger.mostOfHook)")
    }
    var triggers: [DeclaredTrigger] = []
    for (index, node) in sequence.enumerated() {
      let section = try YAMLSection(
        node, of: document, path: "triggers[\(index)]", known: ["name", "enabled"] + TriggerDefinition.keys)
      let trigger = try readTrigger(section, of: document, instance: instance)
      if let other = triggers.firstIndex(where: { $0.name == trigger.name }) {
        let isGiven = section.node("name") != nil
        throw section.problem(
          "name", "triggers[\(index)] has the name of triggers[\(other)], \(trigger.name)",
          rule: "different names", hint: isGiven ? nil : "give them names of their own with name")
      }
      triggers.append(trigger)
    }
    return triggers
  }

  private static func readTrigger(
    _ section: YAMLSection, of document: YAMLDocument, instance: String
  ) throws -> DeclaredTrigger {
    let given = try section.text("name", length: 1...63)
    if let given, let rule = nameRule(given) {
      throw section.problem("name", "no trigger can have the name \(given)", rule: rule)
    }
    var members: [String: JSONValue] = [:]
    for key in TriggerDefinition.keys { members[key] = try section.json(key) }
    do {
      let definition = try TriggerDefinition(members)
      try TriggerAdmission.check(definition, instance: instance)
      return DeclaredTrigger(
        name: given ?? definition.derivedName, definition: definition, isEnabled: try section.flag("enabled") ?? true)
    } catch var problem as Problem where problem.file == nil {
      let field = problem.field ?? ""
      let key = String(field.prefix { $0 != "." })
      let place = section.problem(key, problem.message)
      problem.file = place.file
      problem.line = place.line
      // Below `if`, the line of the innermost key that is there.
      if key == "if", let value = section.node(key) {
        let steps = field.split(separator: ".", omittingEmptySubsequences: false).dropFirst().map(String.init)
        for count in stride(from: steps.count, to: 0, by: -1) {
          guard let line = Self.line(of: steps.prefix(count), in: value) else { continue }
          problem.line = line
          break
        }
      }
      problem.field = key.isEmpty ? String(section.field("").dropLast()) : section.field(field)
      throw problem
    }
  }

  /// The line of a key below a mapping, by the keys that lead to it; one of them may have dots itself.
  private static func line(of steps: some Collection<String>, in node: Node) -> Int? {
    guard case .mapping(let mapping) = node else { return nil }
    for count in 1...max(1, steps.count) {
      let name = steps.prefix(count).joined(separator: ".")
      guard let pair = mapping.first(where: { $0.key.string == name }) else { continue }
      let rest = steps.dropFirst(count)
      if rest.isEmpty { return pair.key.line }
      if let line = line(of: Array(rest), in: pair.value) { return line }
    }
    return nil
  }
}
