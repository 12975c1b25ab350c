import Model
import Store

/// Shows records with what they refer to.
struct RecordRenderer {
  let graph: RecordGraph
  let expansion: Expansion
  /// The records as they are shown without what they refer to, by their rows.
  private let shown: [Int64: StoredObject]
  private var objects = 0
  private var bytes = 0

  init(_ graph: RecordGraph, _ shown: [Int64: StoredObject], _ expansion: Expansion) {
    self.graph = graph
    self.shown = shown
    self.expansion = expansion
  }

  /// An object that was asked for, as deep as the request says.
  ///
  /// - Parameter path: where it stands in the answer.
  mutating func root(_ object: StoredObject, _ model: ClassModel, path: String) throws -> [UInt8] {
    guard !object.isDeleted else { return object.data }
    switch (expansion.depth, expansion.shape) {
    case (0, _): return model.identifier(object.name).serializedBytes
    case (1, _), (_, .graph): return try flat(object.row, path: path)
    case (_, .tree): return try tree(object.row, depth: expansion.depth, from: nil, path: path).serializedBytes
    }
  }

  /// A record with ids in the place of what it refers to.
  mutating func flat(_ row: Int64, path: String) throws -> [UInt8] {
    guard let node = graph.nodes[row], var data = shown[row]?.data else { return [] }
    data.removeLast()
    for field in node.model.shown where field.rule.isMany {
      data += ",\"\(field.name)\":[".utf8
      for (index, link) in Self.sorted(graph.links(of: row, by: field)).enumerated() {
        if index > 0 { data.append(UInt8(ascii: ",")) }
        data += try graph.identifier(link, field).serializedBytes
      }
      data.append(UInt8(ascii: "]"))
    }
    data.append(UInt8(ascii: "}"))
    try count(data.count, path)
    return data
  }

  private mutating func tree(
    _ row: Int64, depth: Int, from origin: (row: Int64, field: ReferenceField)?, path: String
  ) throws -> JSONValue {
    guard let node = graph.nodes[row], let object = shown[row] else { return .null }
    try count(object.data.count, path)
    var members = try DraftBody.members(of: object)
    for field in node.model.shown {
      guard depth > 1 || field.rule.isMany else { continue }
      let isBack = expansion.backReferencesAreIDs && origin.map { Self.isBack($0.field, field) } == true
      var elements: [JSONValue] = []
      for (index, link) in Self.sorted(graph.links(of: row, by: field)).enumerated() {
        let isID = depth <= 1 || graph.nodes[link.row] == nil || isBack && link.row == origin?.row
        if isID {
          try count(link.name.utf8.count + 3, objects: 0, path)
          elements.append(try graph.identifier(link, field))
        } else {
          let place = field.rule.isMany ? "\(path)/\(field.name)/\(index)" : "\(path)/\(field.name)"
          elements.append(try tree(link.row, depth: depth - 1, from: (row, field), path: place))
        }
      }
      members[field.name] = field.rule.isMany ? .array(elements) : elements.first
    }
    return .object(members)
  }

  /// Whether the second field leads back along the first.
  private static func isBack(_ way: ReferenceField, _ field: ReferenceField) -> Bool {
    guard let relation = way.relation, relation.row == field.relation?.row else { return false }
    return relation.isSymmetric || way.end != field.end
  }

  /// In the order of ids: those that are numbers by their size.
  private static func sorted(_ links: [LinkedObject]) -> [LinkedObject] {
    guard links.allSatisfy({ Int64($0.name) != nil }) else { return links }
    return links.sorted { (Int64($0.name) ?? 0) < (Int64($1.name) ?? 0) }
  }

  private mutating func count(_ more: Int, objects moreObjects: Int = 1, _ path: String) throws {
    objects += moreObjects
    bytes += more
    guard objects <= Expansion.objectsMax else {
      throw RecordGraph.tooLarge("at \(path)", "at most \(Expansion.objectsMax) objects are shown")
    }
    guard bytes <= Expansion.bytesMax else {
      throw RecordGraph.tooLarge("at \(path)", "an answer has at most \(Expansion.bytesMax) bytes")
    }
  }
}
