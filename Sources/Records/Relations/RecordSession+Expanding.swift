import Model
import Store

extension RecordSession {
  /// Records of one class as a read shows them.
  struct Expanded {
    var objects: [StoredObject]
    /// What they refer to, by classes, where it stands beside them.
    var related: [String: [StoredObject]]?
    /// Tells two states of all that is shown apart; `nil` where the moments of the objects do.
    var version: Int64?
  }

  /// - Parameters:
  ///   - isList: whether they stand in a list.
  ///   - asked: the members that are shown of them, as paths, empty for all; `nil` leaves out what hooks compute.
  func expanded(
    _ objects: [StoredObject], _ model: ClassModel, in bucket: StoredObject, _ expansion: Expansion = Expansion(),
    isList: Bool = false, timestamp: Int64 = 0, asked: [String]? = nil
  ) throws -> Expanded {
    var graph = RecordGraph(self, in: bucket)
    if expansion.depth > 0 { try graph.load(objects, model, depth: expansion.depth) }
    var renderer = RecordRenderer(graph, try bases(of: graph, in: bucket, asked: asked), expansion)
    var result = Expanded(objects: objects)
    for index in objects.indices {
      result.objects[index].data = try renderer.root(objects[index], model, path: isList ? "/data/\(index)" : "/data")
    }
    if expansion.shape == .graph, expansion.depth > 0 {
      var related: [String: [StoredObject]] = [:]
      for row in graph.order {
        guard let node = graph.nodes[row], node.level > 0 else { continue }
        let name = node.model.recordClass.name
        var object = node.object
        object.data = try renderer.flat(row, path: "/included/\(name)/\(object.name)")
        related[name, default: []].append(object)
      }
      result.related = related
    }
    guard expansion.depth > 1 else { return result }
    result.version = Self.version(of: graph, timestamp)
    return result
  }

  /// The records of a graph as they are shown without what they refer to, by their rows.
  private func bases(
    of graph: RecordGraph, in bucket: StoredObject, asked: [String]?
  ) throws -> [Int64: StoredObject] {
    var bases: [Int64: StoredObject] = [:]
    let nodes = graph.order.compactMap { graph.nodes[$0] }
    let groups = Dictionary(grouping: nodes) { [$0.level == 0 ? 0 : 1, $0.model.row] }
    for (key, nodes) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      guard let model = nodes.first?.model else { continue }
      var objects = nodes.map(\.object)
      if let rules = model.rules {
        if let asked {
          let place = try place(of: model.recordClass, in: bucket)
          objects = try shown(objects, by: rules, at: place, asked: key[0] == 0 ? asked : [])
        } else {
          objects = try objects.map(rules.shown)
        }
      }
      for object in objects { bases[object.row] = object }
    }
    return bases
  }

  /// A read of one object that refers to others, or asks for another depth than usual; `nil` if it does neither.
  func readDeep(_ object: StoredObject, _ request: DataRequest, _ place: DataPlace) throws -> DataAnswer? {
    guard let model = try declaringModel(place), let bucket = place.bucket else { return nil }
    let expansion = try self.expansion(request.selection.asked)
    guard model.hasReferences || expansion != Expansion() else { return nil }
    if expansion.depth < 2 {
      if case .isNotAt(object.modified) = request.precondition {
        throw DataRefusal.unchanged(timestamp: object.modified)
      }
      try demand(request.precondition, of: object, at: place)
    }
    if !request.selection.shown.isEmpty { _ = try model.rules?.translated(request.selection) }
    let shown = try expanded(
      [object], model, in: bucket, expansion, timestamp: object.modified, asked: request.selection.shown)
    let lists = try shownLists(of: object, given: place.givenByObject)
    return try answer(.object(shown.objects[0], lists: lists), shown, object.modified, request.precondition)
  }

  /// The answer to a read of what refers to others, if it is what the reader asks for.
  func answer(
    _ content: DataAnswer.Content, _ shown: Expanded, _ timestamp: Int64, _ condition: Precondition?
  ) throws -> DataAnswer {
    let state = shown.version ?? timestamp
    switch condition {
    case .isNotAt(state): throw DataRefusal.unchanged(timestamp: timestamp, version: shown.version)
    case .isAt(let moment) where moment != state:
      throw DataRefusal.preconditionFailed(timestamp: timestamp, existing: nil)
    case .isAbsent: throw DataRefusal.preconditionFailed(timestamp: timestamp, existing: nil)
    case nil, .isAt, .exists, .isNotAt: break
    }
    var answer = DataAnswer(content, timestamp: timestamp)
    answer.version = shown.version
    answer.related = shown.related
    return answer
  }

  /// A number that is another one when any of the records that are shown is.
  private static func version(of graph: RecordGraph, _ timestamp: Int64) -> Int64 {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ number: Int64) {
      var value = UInt64(bitPattern: number)
      for _ in 0..<8 {
        digest = (digest ^ (value & 0xff)) &* 0x100_0000_01b3
        value >>= 8
      }
    }
    mix(timestamp)
    for row in graph.nodes.keys.sorted() {
      mix(row)
      mix(graph.nodes[row]?.object.modified ?? 0)
    }
    // What a double holds exactly, as moments are.
    return Int64((digest ^ digest >> 11) & (1 << 53 - 1))
  }
}
