import Model
import Store

/// What one request makes of records and their links: found out as a whole before anything is written.
struct LinkPlan {
  /// New objects of one request.
  static let objectsMax = 1000
  /// How deep new objects stand in each other.
  static let nestingMax = 5
  /// Elements of a list that is added at once.
  static let elementsMax = 500
  /// What one field of one request refers to.
  static let targetsMax = 10_000

  /// A record that is there, by its row, or one that is made, by its place in the plan.
  enum Entity: Hashable {
    case stored(Int64)
    case new(Int)
  }

  /// One thing that a statement refers to.
  struct Target {
    /// `nil` until it is found.
    var entity: Entity?
    var name: String
    let pointer: String
  }

  /// All that a field of a record shall refer to after the request.
  struct Statement {
    let field: ReferenceField
    let relation: Relation
    var targets: [Target]
    let pointer: String
  }

  /// A record that the request writes itself.
  struct Node {
    let model: ClassModel
    let place: DataPlace
    let name: String
    /// Whether the request gives its id.
    var isNamed: Bool
    let pointer: String
    let data: [String: JSONValue]
    /// What is there; `nil` for one that is made.
    let object: StoredObject?
    /// Whether it is what the request names, or one of the list that it brings.
    let isRoot: Bool
    var statements: [Statement] = []
  }

  let session: RecordSession
  let bucket: StoredObject
  private(set) var nodes: [Node] = []
  private(set) var faults: [DataFault] = []

  init(_ session: RecordSession, in bucket: StoredObject) {
    self.session = session
    self.bucket = bucket
  }

  func entity(of index: Int) -> Entity { nodes[index].object.map { .stored($0.row) } ?? .new(index) }

  /// Takes up an object of the request, with all that stands in it.
  ///
  /// - Parameters:
  ///   - fields: the references that the request says something of; `nil` for those that its data has.
  /// - Returns: its place in the plan.
  @discardableResult
  mutating func add(
    _ data: [String: JSONValue], named name: String?, over object: StoredObject? = nil, _ place: DataPlace,
    _ model: ClassModel, pointer: String, fields: Set<String>? = nil, nesting: Int = 0
  ) throws -> Int {
    let index = nodes.count
    let name = try name ?? session.newName(place, in: model.row)
    nodes.append(
      Node(
        model: model, place: place, name: name, isNamed: false, pointer: pointer, data: data, object: object,
        isRoot: nesting == 0))
    guard nodes.count <= Self.objectsMax else {
      throw Self.refusal(pointer, "a request makes at most \(Self.objectsMax) objects", "too_many_objects")
    }
    for field in model.shown {
      guard fields.map({ $0.contains(field.name) }) ?? (data[field.name] != nil) else { continue }
      let pointer = "\(pointer)/\(field.name)"
      let value = data[field.name] ?? .null
      guard let relation = field.relation else {
        guard value == .null || value == [] else {
          throw DataRefusal.conflicting([DataFault(at: pointer, field.pendingText, code: "reference_pending")])
        }
        continue
      }
      let targets = try targets(of: field, relation, value, pointer, nesting)
      nodes[index].statements.append(Statement(field: field, relation: relation, targets: targets, pointer: pointer))
    }
    return index
  }

  static let numberText = "the class gives its records their numbers; leave it out"

  static func refusal(_ pointer: String, _ text: String, _ code: String? = nil) -> DataRefusal {
    .invalid([DataFault(at: pointer, text, code: code)])
  }

  private mutating func targets(
    of field: ReferenceField, _ relation: Relation, _ value: JSONValue, _ pointer: String, _ nesting: Int
  ) throws -> [Target] {
    if value == .null { return [] }
    guard field.rule.isMany else {
      return try target(of: field, relation, value, pointer, nesting).map { [$0] } ?? []
    }
    guard case .array(let elements) = value else {
      faults.append(DataFault(at: pointer, "\(field.name) is an array of ids and objects, or null"))
      return []
    }
    guard elements.count <= Self.targetsMax else {
      throw Self.refusal(pointer, "a field refers to at most \(Self.targetsMax) records")
    }
    var seen: Set<String> = []
    var targets: [Target] = []
    for (index, element) in elements.enumerated() {
      let place = "\(pointer)/\(index)"
      guard let target = try target(of: field, relation, element, place, nesting) else { continue }
      guard seen.insert(target.name).inserted else {
        faults.append(DataFault(at: place, "\(target.name) stands in the list twice", code: "duplicate_reference"))
        continue
      }
      targets.append(target)
    }
    return targets
  }

  private mutating func target(
    of field: ReferenceField, _ relation: Relation, _ value: JSONValue, _ pointer: String, _ nesting: Int
  ) throws -> Target? {
    guard let model = try session.model(at: relation[field.end.other].recordClass) else { return nil }
    if case .object(let data) = value {
      guard nesting < Self.nestingMax else {
        throw Self.refusal(pointer, "objects stand in each other at most \(Self.nestingMax) deep", "nested_too_deep")
      }
      let place = try session.place(of: model.recordClass, in: bucket)
      let given = data["id"]
      let name = given.flatMap { Self.id($0, model) }
      if given != nil, model.definition?.identifiers == .integer {
        faults.append(DataFault(at: pointer + "/id", Self.numberText))
        return nil
      }
      if given != nil, name.map({ ObjectName.isValid($0, of: .record) }) != true {
        faults.append(DataFault(at: pointer + "/id", "it is no id of a record of \(model.recordClass.name)"))
        return nil
      }
      let index = try add(data, named: name, place, model, pointer: pointer, nesting: nesting + 1)
      nodes[index].isNamed = given != nil
      return Target(entity: .new(index), name: nodes[index].name, pointer: pointer)
    }
    guard let name = Self.id(value, model) else {
      let ids = model.definition?.identifiers == .integer ? "the id, a number," : "the id, a string,"
      let text = "it is neither \(ids) of a record of \(model.recordClass.name) nor an object"
      faults.append(DataFault(at: pointer, text, code: "bad_reference"))
      return nil
    }
    return Target(entity: nil, name: name, pointer: pointer)
  }

  /// The id that a value stands for: where ids are numbers, their texts are ids too.
  static func id(_ value: JSONValue, _ model: ClassModel) -> String? {
    guard model.definition?.identifiers == .integer else { return value.stringValue }
    switch value {
    case .int(let number) where number > 0: return String(number)
    case .string(let text): return Int64(text).flatMap { $0 > 0 ? String($0) : nil }
    default: return nil
    }
  }

  mutating func markNamed(_ index: Int) { nodes[index].isNamed = true }

  /// Finds what the statements refer to.
  ///
  /// - Throws: `DataRefusal` with all that is wrong so far.
  mutating func resolve() throws {
    try demandFree()
    var wanted: [Int64: Set<String>] = [:]
    let new = Dictionary(
      nodes.indices.filter { nodes[$0].object == nil }.map { (Address(nodes[$0]), $0) }
    ) { first, _ in first }
    for node in nodes.indices {
      for statement in nodes[node].statements.indices {
        let recordClass = nodes[node].statements[statement].targetClass
        for target in nodes[node].statements[statement].targets.indices {
          let found = nodes[node].statements[statement].targets[target]
          guard found.entity == nil else { continue }
          if let index = new[Address(recordClass: recordClass, name: found.name)] {
            nodes[node].statements[statement].targets[target].entity = .new(index)
          } else {
            wanted[recordClass, default: []].insert(found.name)
          }
        }
      }
    }
    var rows: [Address: Int64] = [:]
    for (recordClass, names) in wanted.sorted(by: { $0.key < $1.key }) {
      guard let model = try session.model(at: recordClass) else { continue }
      let place = try session.place(of: model.recordClass, in: bucket)
      let found = try session.snapshot.objects(.record, named: Array(names), in: recordClass)
      // What somebody may not read is to them as if it were not there.
      let readable = try session.admitted(.refer, found.map(\.row), place)
      for object in found where readable.contains(object.row) {
        rows[Address(recordClass: recordClass, name: object.name)] = object.row
      }
    }
    for node in nodes.indices {
      for statement in nodes[node].statements.indices {
        let recordClass = nodes[node].statements[statement].targetClass
        for target in nodes[node].statements[statement].targets.indices {
          let found = nodes[node].statements[statement].targets[target]
          guard found.entity == nil else { continue }
          guard let row = rows[Address(recordClass: recordClass, name: found.name)] else {
            faults.append(
              DataFault(at: found.pointer, "there is no record \(found.name) to refer to", code: "reference_not_found"))
            continue
          }
          nodes[node].statements[statement].targets[target].entity = .stored(row)
        }
      }
    }
    guard faults.isEmpty else { throw DataRefusal.invalid(faults) }
  }

  private struct Address: Hashable {
    let recordClass: Int64
    let name: String

    init(recordClass: Int64, name: String) {
      self.recordClass = recordClass
      self.name = name
    }

    init(_ node: Node) { self.init(recordClass: node.model.row, name: node.name) }
  }

  /// The ids that the request gives to new objects must be nobody's.
  private func demandFree() throws {
    var seen: Set<Address> = []
    var given: [Int64: [String]] = [:]
    var places: [Address: String] = [:]
    for node in nodes where node.object == nil && node.isNamed {
      let address = Address(node)
      guard seen.insert(address).inserted else {
        throw DataRefusal.conflicting([
          DataFault(at: node.pointer + "/id", "two objects of the request have the id \(node.name)", code: "id_taken")
        ])
      }
      given[node.model.row, default: []].append(node.name)
      places[address] = node.pointer
    }
    for (recordClass, names) in given.sorted(by: { $0.key < $1.key }) {
      guard let taken = try session.snapshot.objects(.record, named: names, in: recordClass).first else { continue }
      let pointer = places[Address(recordClass: recordClass, name: taken.name)] ?? ""
      throw DataRefusal.conflicting([
        DataFault(at: pointer + "/id", "there is a record \(taken.name) already", code: "id_taken")
      ])
    }
  }
}

extension LinkPlan.Statement {
  /// The row of the class that it refers to.
  var targetClass: Int64 { relation[field.end.other].recordClass }
}
