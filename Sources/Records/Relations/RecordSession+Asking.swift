import Model
import Store

extension RecordSession {
  /// What a request says of how references are shown.
  func expansion(_ asked: [String: String]) throws -> Expansion {
    var expansion = Expansion()
    var faults: [DataFault] = []
    if let text = asked["depth"] {
      if let depth = Int(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        let most = configuration.depthMax
        if depth > most {
          faults.append(
            DataFault(.querystring, "depth", "depth is at most \(most) (depth.max)", code: "depth_too_large"))
        }
        expansion.depth = min(depth, most)
      } else {
        faults.append(DataFault(.querystring, "depth", "depth is a number from 0 to \(configuration.depthMax)"))
      }
    }
    if let text = asked["shape"] {
      if let shape = Expansion.Shape(rawValue: text) {
        expansion.shape = shape
      } else {
        faults.append(DataFault(.querystring, "shape", "shape is tree or graph"))
      }
    }
    switch asked["backrefs"] {
    case nil: break
    case "id": expansion.backReferencesAreIDs = true
    default: faults.append(DataFault(.querystring, "backrefs", "backrefs is id, or is left out"))
    }
    guard faults.isEmpty else { throw DataRefusal.invalid(faults) }
    return expansion
  }

  /// Takes out of a selection what its class answers by links, and what is no filter there.
  func takeLinks(from selection: inout DataSelection, _ model: ClassModel) throws -> [LinkFilter] {
    var links: [LinkFilter] = []
    var filters: [FieldFilter] = []
    for filter in selection.filters {
      guard case .member(let name) = filter.field else {
        filters.append(filter)
        continue
      }
      if selection.asked[name] != nil, Expansion.parameters.contains(name), model.rules?.field(called: name) == nil {
        continue
      }
      guard let field = model.reference(named: name) else {
        filters.append(filter)
        continue
      }
      if field.rule.isMany {
        links.append(try linkFilter(filter.test, field))
      } else {
        filters.append(FieldFilter(filter.field, try compared(filter.test, field)))
      }
    }
    selection.filters = filters
    for order in selection.order {
      if case .member(let name) = order.field, model.reference(named: name)?.rule.isMany == true {
        throw DataRefusal.invalid([
          DataFault(.querystring, "_sort", "\(name) has many values: lists are not sorted by it")
        ])
      }
    }
    return links
  }

  /// A test of a single reference, with the ids as the class that it leads to has them.
  private func compared(_ test: FieldFilter.Test, _ field: ReferenceField) throws -> FieldFilter.Test {
    let id = { (value: JSONValue) throws -> JSONValue in
      switch value {
      case .int(let number): try identifier(String(number), leadingFrom: field)
      case .string(let text): try identifier(text, leadingFrom: field)
      default: value
      }
    }
    switch test {
    case .equal(let value): return .equal(try id(value))
    case .notEqual(let value): return .notEqual(try id(value))
    case .among(let values): return .among(try values.map(id))
    case .notAmong(let values): return .notAmong(try values.map(id))
    default: return test
    }
  }

  private func linkFilter(_ test: FieldFilter.Test, _ field: ReferenceField) throws -> LinkFilter {
    let relation = field.relation?.row ?? 0
    switch test {
    case .exists(let isThere): return LinkFilter(relation, field.end, .exists(isThere))
    case .contains(let values): return LinkFilter(relation, field.end, .all(try rows(values, field)))
    case .containsAny(let values): return LinkFilter(relation, field.end, .any(try rows(values, field)))
    default:
      let name = field.name
      throw DataRefusal.invalid([
        DataFault(
          .querystring, name, "\(name) has many values: ask for contains_\(name), contains_any_\(name) or has_\(name)")
      ])
    }
  }

  /// The rows of the records of those ids; 0, which no record has, for an id that is nobody's.
  private func rows(_ values: [JSONValue], _ field: ReferenceField) throws -> [Int64] {
    let names = values.map { $0.stringValue ?? $0.serialized }
    guard let relation = field.relation else { return names.map { _ in 0 } }
    let found = try snapshot.objects(.record, named: names, in: relation[field.end.other].recordClass)
    let rows = Dictionary(found.map { ($0.name, $0.row) }) { first, _ in first }
    return names.map { rows[$0] ?? 0 }
  }
}
