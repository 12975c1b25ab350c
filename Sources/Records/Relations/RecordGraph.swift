import Model
import Store

/// Records with what they refer to, read level by level: the questions are as many as the levels have classes and fields,
/// however many records there are.
struct RecordGraph {
  struct Node {
    let object: StoredObject
    let model: ClassModel
    /// The level on which it was met first; 0 for what was asked for.
    let level: Int
  }

  /// One way from a record.
  struct Edge: Hashable {
    let from: Int64
    /// The relation and the end that the way begins at.
    let relation: Int64
    let end: Relation.End
  }

  private(set) var nodes: [Int64: Node] = [:]
  /// In the order in which they were met.
  private(set) var order: [Int64] = []
  private var links: [Edge: [LinkedObject]] = [:]
  private var linkCount = 0
  private let session: RecordSession
  private let bucket: StoredObject

  init(_ session: RecordSession, in bucket: StoredObject) {
    self.session = session
    self.bucket = bucket
  }

  /// Where a field of a record leads, in the order of ids; empty for what was not loaded.
  func links(of row: Int64, by field: ReferenceField) -> [LinkedObject] {
    guard let relation = field.relation else { return [] }
    return links[Edge(from: row, relation: relation.row, end: field.end)] ?? []
  }

  /// The id of a record that a field leads to, as it is shown.
  func identifier(_ link: LinkedObject, _ field: ReferenceField) throws -> JSONValue {
    try session.identifier(link.name, leadingFrom: field)
  }

  /// - Parameter depth: at least 1.
  mutating func load(_ roots: [StoredObject], _ model: ClassModel, depth: Int) throws {
    var frontier: [Int64] = []
    for root in roots where !root.isDeleted && nodes[root.row] == nil {
      add(Node(object: root, model: model, level: 0))
      frontier.append(root.row)
    }
    for level in 1...depth {
      let isLast = level == depth
      var reached: [Int64: [Int64]] = [:]
      for (_, rows) in byClass(frontier) {
        guard let model = nodes[rows[0]]?.model else { continue }
        for field in model.shown {
          guard let relation = field.relation else { continue }
          // The ids of single references are in the records themselves.
          if isLast, !field.rule.isMany { continue }
          let found = try follow(field, relation, rows, level)
          reached[relation[field.end.other].recordClass, default: []] += found.lazy.map(\.row)
        }
      }
      guard !isLast else { break }
      frontier = try meet(reached, level)
    }
  }

  private mutating func add(_ node: Node) {
    nodes[node.object.row] = node
    order.append(node.object.row)
  }

  /// Rows by their classes, in the order of these.
  private func byClass(_ rows: [Int64]) -> [(key: Int64, value: [Int64])] {
    Dictionary(grouping: rows) { nodes[$0]?.object.parent ?? 0 }.sorted { $0.key < $1.key }
  }

  private mutating func follow(
    _ field: ReferenceField, _ relation: Relation, _ rows: [Int64], _ level: Int
  ) throws -> [LinkedObject] {
    let room = Expansion.linksMax - linkCount
    let found = try session.snapshot.links(of: relation.row, from: field.end, at: rows, limit: room + 1)
    guard found.count <= room else {
      throw Self.tooLarge("on level \(level), at \(field.name)", "at most \(Expansion.linksMax) links are followed")
    }
    linkCount += found.count
    for link in found {
      links[Edge(from: link.from, relation: relation.row, end: field.end), default: []].append(link)
    }
    return found
  }

  /// Loads what was reached for the first time, as far as the requester may read it.
  private mutating func meet(_ reached: [Int64: [Int64]], _ level: Int) throws -> [Int64] {
    var met: [Int64] = []
    for (recordClass, rows) in reached.sorted(by: { $0.key < $1.key }) {
      let new = Set(rows).filter { nodes[$0] == nil }.sorted()
      guard !new.isEmpty, let model = try session.model(at: recordClass) else { continue }
      guard nodes.count + new.count <= Expansion.objectsMax else {
        throw Self.tooLarge(
          "on level \(level), in \(model.recordClass.name)", "at most \(Expansion.objectsMax) objects are shown")
      }
      let place = try session.place(of: model.recordClass, in: bucket)
      let readable = try session.admitted(.read, new, place)
      for object in try session.snapshot.objects(at: readable.sorted()) {
        add(Node(object: object, model: model, level: level))
        met.append(object.row)
      }
    }
    return met
  }

  static func tooLarge(_ path: String, _ rule: String) -> DataRefusal {
    .invalid([
      DataFault(.querystring, "depth", "what shall be shown is too large \(path): \(rule)", code: "expansion_too_large")
    ])
  }
}
