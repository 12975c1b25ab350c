import Foundation
import Model

/// Which keys of two definitions are not the same.
enum DefinitionComparison {
  /// - Parameter old: `nil` where there was none: then nothing is told, since all would be new.
  /// - Returns: by dotted key, `endpoint` and `limits` key by key, `schedules` and `triggers` by name.
  static func differences(
    from old: HookDefinition?, to new: HookDefinition
  ) throws -> [DeploymentDifference.Key] {
    guard let old else { return [] }
    let (before, after) = (try members(of: old), try members(of: new))
    return Set(before.keys).union(after.keys).sorted().compactMap { key in
      before[key] == after[key] ? nil : DeploymentDifference.Key(key: key, from: before[key], to: after[key])
    }
  }

  private static func members(of definition: HookDefinition) throws -> [String: JSONValue] {
    // Through text, so that 1.0 and 1 are the same, as they are in the store.
    let value = try JSONValue(parsing: Array(JSONEncoder().encode(definition)))
    var members: [String: JSONValue] = [:]
    // What a deployment made of the files follows from them.
    for (name, value) in value.objectValue ?? [:] where name != "layers" {
      if ["endpoint", "limits"].contains(name), let inner = value.objectValue {
        for (key, value) in inner { members["\(name).\(key)"] = value }
      } else if ["schedules", "triggers"].contains(name) {
        for each in value.arrayValue ?? [] {
          if let key = each["name"]?.stringValue { members["\(name).\(key)"] = each }
        }
      } else {
        members[name] = value
      }
    }
    return members
  }
}
