import Store

/// What a request says of the ends of links, to find where it contradicts itself. Where an object stands in another one is
/// said too.
struct ClaimLedger {
  private typealias Entity = LinkPlan.Entity

  /// One field of one record, as the relation sees it.
  private struct Place: Hashable {
    let relation: Int64
    let end: Relation.End
    let entity: Entity
  }

  /// All that the field refers to.
  private struct Whole {
    let entities: Set<Entity>
    let pointer: String
  }

  /// One thing that the field refers to.
  private struct Part {
    let place: Place
    let isMany: Bool
    let entity: Entity
    let pointer: String
  }

  private var wholes: [Place: Whole] = [:]
  private var parts: [Part] = []

  init(_ plan: LinkPlan) throws {
    for index in plan.nodes.indices {
      for statement in plan.nodes[index].statements { try add(statement, of: plan.entity(of: index)) }
    }
    for part in parts { try check(part) }
  }

  private static func place(_ relation: Relation, _ end: Relation.End, _ entity: Entity) -> Place {
    Place(relation: relation.row, end: relation.isSymmetric ? .first : end, entity: entity)
  }

  private mutating func add(_ statement: LinkPlan.Statement, of entity: Entity) throws {
    let (relation, end) = (statement.relation, statement.field.end)
    let own = Self.place(relation, end, entity)
    let targets = Set(statement.targets.compactMap(\.entity))
    wholes[own] = Whole(entities: targets, pointer: statement.pointer)
    guard relation[end.other].field != nil else { return }
    for target in statement.targets {
      guard let other = target.entity else { continue }
      parts.append(
        Part(
          place: Self.place(relation, end.other, other), isMany: relation[end.other].isMany, entity: entity,
          pointer: target.pointer))
    }
  }

  /// The first claim of each end that can have only one, by who claims it.
  private var takers: [Place: (entity: Entity, pointer: String)] = [:]

  private mutating func check(_ part: Part) throws {
    if let whole = wholes[part.place], !whole.entities.contains(part.entity) {
      throw Self.conflict(part.pointer, whole.pointer)
    }
    guard !part.isMany else { return }
    if let taker = takers[part.place], taker.entity != part.entity { throw Self.conflict(part.pointer, taker.pointer) }
    takers[part.place] = takers[part.place] ?? (part.entity, part.pointer)
  }

  private static func conflict(_ one: String, _ other: String) -> DataRefusal {
    .conflicting(
      [one, other].sorted().map {
        DataFault(at: $0, "the request says two things of the same reference", code: "conflicting_relations")
      })
  }
}
