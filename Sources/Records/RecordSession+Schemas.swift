import Model
import Schema
import Store

extension RecordSession {
  /// What a class declares of its records; `nil` where it declares no fields.
  func definition(of recordClass: StoredObject) throws -> ClassDefinition? {
    let rules = try service.schemas.rules(of: recordClass)
    guard !rules.isUnreadable else {
      throw DataRefusal.invalid([DataFault(.body, "fields", "the class's fields cannot be used; store them again")])
    }
    return rules.definition
  }

  /// Holds what shall be stored against the schemas of what it lies in. A record whose class has one says by its member
  /// `schema` as of when.
  func checkSchemas(_ data: inout [String: JSONValue], name: String, _ place: DataPlace) throws {
    let rules = try rules(at: place)
    if let faults = rules?.check(&data), !faults.isEmpty { throw DataRefusal.invalid(faults) }
    guard configuration.checksSchemas else { return }
    let kind = place.target.kind
    // Schemas are of what is seen outside.
    let seen = rules.map { FieldRules(definition: $0.definition, isInside: false).shown(data) }
    if let bucket = place.bucket, let rules = try service.schemas.rules(of: bucket).compiled[kind] {
      try check(seen ?? data, name, kind, rules)
    }
    if let recordClass = place.recordClass, let rules = try service.schemas.rules(of: recordClass).compiled[kind] {
      try check(seen ?? data, name, kind, rules)
      data["schema"] = .int(recordClass.modified)
    }
  }

  private func check(
    _ data: [String: JSONValue], _ name: String, _ kind: DataKind, _ rules: ObjectSchemas.Compiled
  ) throws {
    guard let schema = rules.schema else {
      throw DataRefusal.invalid([DataFault(.body, "schema", "the schema cannot be used; store it again")])
    }
    var value = data
    value["id"] = .string(name)
    for member in ObjectSchemas.ignored(kind, checksName: rules.checksName) { value[member] = nil }
    do throws(Problem) {
      _ = try schema.validate(.object(value))
    } catch {
      let last = error.field?.split(separator: "/").last.map(String.init)
      let keyword = error.rule.flatMap { $0.split(separator: ":").first.map(String.init) }
      guard keyword == "required", let last else {
        throw DataRefusal.invalid([DataFault(.body, last ?? keyword, error.message)])
      }
      throw DataRefusal.invalid([DataFault(.body, last, "'\(last)' is a required property")])
    }
  }
}
