import Model
import Schedules
import Yams

/// The schedules that come and go with a hook.
extension HookDefinitionReader {
  /// Whose schedules are read, and what decides about them.
  struct ScheduleReading {
    var admission: ScheduleAdmission
    /// `INSTANCE/HOOK`.
    var owner: String
    /// The hook's schema.
    var parameters: JSONValue?
  }

  static func readSchedules(
    _ top: YAMLSection, of document: YAMLDocument, _ reading: ScheduleReading
  ) throws -> [DeclaredSchedule] {
    guard let node = top.node("schedules") else { return [] }
    guard case .sequence(let sequence) = node else {
      throw top.problem("schedules", "schedules must be a list", rule: "a list such as [{every: 10s}]")
    }
    guard sequence.count <= DeclaredSchedule.mostOfHook else {
      throw top.problem(
        "schedules", "schedules has \(sequence.count) elements", rule: "at most \(DeclaredSchedule.mostOfHook)")
    }
    var schedules: [DeclaredSchedule] = []
    for (index, node) in sequence.enumerated() {
      let section = try YAMLSection(
        node, of: document, path: "schedules[\(index)]", known: ["name"] + ScheduleDefinition.keys)
      let schedule = try readSchedule(section, of: document, reading)
      if let other = schedules.firstIndex(where: { $0.name == schedule.name }) {
        let isGiven = section.node("name") != nil
        throw section.problem(
          "name", "schedules[\(index)] has the name of schedules[\(other)], \(schedule.name)",
          rule: "different names", hint: isGiven ? nil : "give them names of their own with name")
      }
      schedules.append(schedule)
    }
    return schedules
  }

  private static func readSchedule(
    _ section: YAMLSection, of document: YAMLDocument, _ reading: ScheduleReading
  ) throws -> DeclaredSchedule {
    let given = try section.text("name", length: 1...63)
    if let given, let rule = nameRule(given) {
      throw section.problem("name", "no schedule can have the name \(given)", rule: rule)
    }
    var members: [String: JSONValue] = [:]
    for key in ScheduleDefinition.keys {
      members[key] = try section.json(key)
    }
    if members["payload"] == .null { members["payload"] = nil }
    do {
      let definition = try ScheduleDefinition(members)
      let schedule = DeclaredSchedule(name: given ?? definition.derivedName, definition: definition)
      // A file says the same whenever it is read: what is past in it has run.
      try reading.admission.check(
        definition, parameters: reading.parameters, name: "\(reading.owner)/\(schedule.name)",
        created: definition.rule.start ?? ScheduleRule.moments.lowerBound)
      return schedule
    } catch {
      throw placed(error, section, of: document)
    }
  }

  /// A problem of one schedule, with its file, line and whole key.
  private static func placed(
    _ problem: Problem, _ section: YAMLSection, of document: YAMLDocument
  ) -> Problem {
    var problem = problem
    let key = problem.field.map { String($0.prefix { $0 != "/" }) } ?? ""
    let pointer = problem.field.map { String($0.dropFirst(key.count)) } ?? ""
    let place = section.problem(key, problem.message)
    problem.file = place.file
    problem.line = place.line
    if let value = section.node(key), !pointer.isEmpty { problem.line = document.line(of: pointer, in: value) }
    problem.field = key.isEmpty ? String(section.field("").dropLast()) : section.field(key) + pointer
    return problem
  }
}
