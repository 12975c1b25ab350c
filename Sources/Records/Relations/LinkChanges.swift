import Store

/// The links that a request takes away and makes, and what that does to the records at their ends.
struct LinkChanges {
  typealias Entity = LinkPlan.Entity

  struct Link: Hashable {
    let relation: Int64
    let first: Entity
    let second: Entity
  }

  /// What becomes of the references of one record.
  struct Effect {
    /// Single references by the names of their fields; `nil` for none.
    var singles: [String: String?] = [:]
    /// What many references lose and gain.
    var lost: [String: Set<String>] = [:]
    var gained: [String: Set<String>] = [:]

    /// The names of the fields that are touched.
    var fields: Set<String> { Set(singles.keys).union(lost.keys).union(gained.keys) }
  }

  private(set) var removed: Set<Link> = []
  private(set) var added: Set<Link> = []
  private(set) var effects: [Entity: Effect] = [:]
  private(set) var displaced: [ChangeReport.Displacement] = []

  private let plan: LinkPlan
  private let mayDisplace: Bool
  private var relations: [Int64: Relation] = [:]
  private var names: [Entity: String] = [:]
  /// The ends that the request speaks of itself.
  private var stated: Set<Stated> = []

  private struct Stated: Hashable {
    let relation: Int64
    let end: Relation.End
    let entity: Entity
  }

  /// - Throws: `DataRefusal` `conflicting` if something would be taken from somebody who keeps it.
  init(_ plan: LinkPlan, mayDisplace: Bool) throws {
    self.plan = plan
    self.mayDisplace = mayDisplace
    for index in plan.nodes.indices {
      let entity = plan.entity(of: index)
      names[entity] = plan.nodes[index].name
      for statement in plan.nodes[index].statements {
        relations[statement.relation.row] = statement.relation
        stated.insert(Stated(relation: statement.relation.row, end: end(statement), entity: entity))
        for target in statement.targets { if let other = target.entity { names[other] = target.name } }
      }
    }
    for index in plan.nodes.indices {
      for statement in plan.nodes[index].statements { try take(statement, of: plan.entity(of: index)) }
    }
    try displace()
    settle()
  }

  private func end(_ statement: LinkPlan.Statement) -> Relation.End {
    statement.relation.isSymmetric ? .first : statement.field.end
  }

  private func link(_ relation: Relation, _ end: Relation.End, _ own: Entity, _ other: Entity) -> Link {
    let (first, second) = end == .first ? (own, other) : (other, own)
    // Without a direction, one of the two ways to say it.
    if relation.isSymmetric, Self.precedes(second, first) {
      return Link(relation: relation.row, first: second, second: first)
    }
    return Link(relation: relation.row, first: first, second: second)
  }

  private static func precedes(_ one: Entity, _ other: Entity) -> Bool {
    switch (one, other) {
    case (.stored(let left), .stored(let right)): left < right
    case (.new(let left), .new(let right)): left < right
    case (.stored, .new): true
    case (.new, .stored): false
    }
  }

  /// What a statement changes of the record's own links.
  private mutating func take(_ statement: LinkPlan.Statement, of entity: Entity) throws {
    var current: Set<Entity> = []
    if case .stored(let row) = entity {
      for link in try links(of: statement.relation, from: statement.field.end, at: [row]) {
        current.insert(.stored(link.row))
        names[.stored(link.row)] = link.name
      }
    }
    let wanted = Set(statement.targets.compactMap(\.entity))
    for other in current.subtracting(wanted) {
      removed.insert(link(statement.relation, statement.field.end, entity, other))
    }
    for other in wanted.subtracting(current) {
      added.insert(link(statement.relation, statement.field.end, entity, other))
    }
  }

  private func links(of relation: Relation, from end: Relation.End, at rows: [Int64]) throws -> [LinkedObject] {
    let found = try plan.session.snapshot.links(of: relation.row, from: end, at: rows, limit: Expansion.linksMax + 1)
    guard found.count <= Expansion.linksMax else { throw LinkPlan.tooManyLinks }
    return found
  }

  // Displacement

  /// One of the ways in which a link takes a record from another one.
  private struct Taking: Hashable {
    let relation: Int64
    let end: Relation.End
    let taker: Entity
    let row: Int64
  }

  /// Whoever can have only one of the other end leaves the one that they had.
  private mutating func displace() throws {
    var takings: Set<Taking> = []
    for link in added {
      guard let relation = relations[link.relation] else { continue }
      for (end, own, other) in [(Relation.End.first, link.first, link.second), (.second, link.second, link.first)] {
        let otherEnd: Relation.End = relation.isSymmetric ? .first : end.other
        guard !relation[otherEnd].isMany, case .stored(let row) = other,
          !stated.contains(Stated(relation: relation.row, end: otherEnd, entity: other))
        else { continue }
        takings.insert(Taking(relation: relation.row, end: otherEnd, taker: own, row: row))
      }
    }
    let byRelation = Dictionary(grouping: takings) { [$0.relation, $0.end == .first ? 0 : 1] }
    for (_, takings) in byRelation.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      guard let first = takings.first, let relation = relations[first.relation] else { continue }
      let takers = Dictionary(takings.map { ($0.row, $0.taker) }) { one, _ in one }
      for found in try links(of: relation, from: first.end, at: takings.map(\.row).sorted()) {
        guard let taker = takers[found.from], taker != .stored(found.row) else { continue }
        names[.stored(found.row)] = found.name
        removed.insert(link(relation, first.end, .stored(found.from), .stored(found.row)))
        try report(relation, first.end, taken: found, by: taker)
      }
    }
  }

  private mutating func report(
    _ relation: Relation, _ end: Relation.End, taken: LinkedObject, by taker: Entity
  ) throws {
    let side = relation[end.other]
    guard let field = side.field, let model = try plan.session.model(at: side.recordClass),
      let reference = model.reference(to: relation.row, at: end.other)
    else { return }
    let was = names[.stored(taken.from)] ?? ""
    guard mayDisplace, reference.rule.mayDisplace else {
      let text = "\(was) would be taken from \(taken.name) of \(model.recordClass.name)"
      throw DataRefusal.conflicting([
        DataFault(at: pointer(to: .stored(taken.from), relation, taker), text, code: "displacement_forbidden")
      ])
    }
    guard !reference.field.isHidden else { return }
    displaced.append(
      ChangeReport.Displacement(
        record: ChangeReport.Record(recordClass: model.recordClass.name, id: taken.name),
        field: reference.field.externalName == field ? field : reference.name, was: was))
  }

  /// Where the request says that one refers to the other.
  private func pointer(to entity: Entity, _ relation: Relation, _ taker: Entity) -> String {
    for index in plan.nodes.indices where plan.entity(of: index) == taker {
      for statement in plan.nodes[index].statements where statement.relation.row == relation.row {
        if let target = statement.targets.first(where: { $0.entity == entity }) { return target.pointer }
      }
    }
    return "/data"
  }

  // Effects

  private mutating func settle() {
    for link in removed { affect(link, isAdded: false) }
    for link in added { affect(link, isAdded: true) }
  }

  private mutating func affect(_ link: Link, isAdded: Bool) {
    guard let relation = relations[link.relation] else { return }
    affect(link.first, relation.first, link.second, isAdded)
    if !relation.isSymmetric || link.first != link.second { affect(link.second, relation.second, link.first, isAdded) }
  }

  private mutating func affect(_ entity: Entity, _ side: Relation.Side, _ other: Entity, _ isAdded: Bool) {
    guard let field = side.field else { return }
    let name = names[other] ?? ""
    var effect = effects[entity] ?? Effect()
    switch (side.isMany, isAdded) {
    case (false, true): effect.singles[field] = .some(name)
    case (false, false): effect.singles[field] = .some(nil)
    case (true, true): effect.gained[field, default: []].insert(name)
    case (true, false): effect.lost[field, default: []].insert(name)
    }
    effects[entity] = effect
  }
}

extension LinkPlan {
  static let tooManyLinks = DataRefusal.conflicting([
    DataFault(.body, nil, "more than \(Expansion.linksMax) links would have to be looked at", code: "too_many_links")
  ])
}
