import Model
import Records
import Store
import Testing

/// Random writes on related classes, held against `RelationModel` after each step.
@Suite struct RelationPropertyTests {
  private static let kinds = [
    RelationModel.Kind(
      first: .init(recordClass: "person", field: "spouse", isMany: false),
      second: .init(recordClass: "person", field: "spouse", isMany: false), isSymmetric: true),
    RelationModel.Kind(
      first: .init(recordClass: "person", field: "boss", isMany: false),
      second: .init(recordClass: "person", field: "team", isMany: true)),
    RelationModel.Kind(
      first: .init(recordClass: "person", field: "clubs", isMany: true),
      second: .init(recordClass: "club", field: "members", isMany: true)),
    RelationModel.Kind(
      first: .init(recordClass: "badge", field: "owner", isMany: false, deletion: "cascade"),
      second: .init(recordClass: "person", field: "badges", isMany: true)),
    RelationModel.Kind(
      first: .init(recordClass: "club", field: "chair", isMany: false, deletion: "restrict"),
      second: .init(recordClass: "person", field: "chairs", isMany: false)),
    RelationModel.Kind(
      first: .init(recordClass: "person", field: "home", isMany: false),
      second: .init(recordClass: "club", field: nil, isMany: true)),
    RelationModel.Kind(
      first: .init(recordClass: "badge", field: "seen", isMany: true),
      second: .init(recordClass: "person", field: nil, isMany: true)),
  ]
  private static let classes = ["badge", "club", "person"]

  private static func fixture() async throws -> RelationFixture {
    let fixture = try await RelationFixture()
    let model = RelationModel(kinds)
    for recordClass in classes {
      let fields = model.fields(of: recordClass).map { field -> JSONValue in
        let kind = kinds[field.kind]
        let (own, other) = field.isFirst ? (kind.first, kind.second) : (kind.second, kind.first)
        return RelationFixture.reference(
          field.name, field.target, other.field, ["on_target_delete": .string(own.deletion)], many: field.isMany)
      }
      try await fixture.declare(recordClass, .array(fields))
    }
    return fixture
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func bothSidesAgreeWhateverIsWritten(seed: UInt64) async throws {
    let fixture = try await Self.fixture()
    var walk = Walk(fixture: fixture, model: RelationModel(Self.kinds), random: SplitMix(state: seed))
    for step in 0..<100 {
      let before = try await Self.state(fixture)
      let told = fixture.observer.changes.count
      let old = walk.model
      let action = try await walk.step()
      let after = try await Self.state(fixture)
      let place = "seed \(seed), step \(step): \(walk.log.suffix(12).joined(separator: "; "))"
      let views = Dictionary(uniqueKeysWithValues: walk.model.records.map { ("\($0)", walk.model.view($0)) })
      guard after.mapValues(\.view) == views else {
        Issue.record("the views differ: \(place)\n\(Self.difference(after.mapValues(\.view), views))")
        return
      }
      let moved = Set(Set(before.keys).union(after.keys).filter { before[$0]?.moment != after[$0]?.moment })
      var expected = action.written
      for record in old.records.union(walk.model.records) {
        let isIn = (old.records.contains(record), walk.model.records.contains(record))
        if isIn.0 != isIn.1 || isIn.0 && old.view(record) != walk.model.view(record) { expected.insert("\(record)") }
      }
      guard moved == expected else {
        Issue.record("moments moved: \(moved.symmetricDifference(expected).sorted()): \(place)")
        return
      }
      for key in moved where after[key] != nil {
        guard after[key]?.moment ?? 0 > before[key]?.moment ?? 0 else {
          Issue.record("\(key) goes back: \(place)")
          return
        }
      }
      let changes = fixture.observer.changes.count - told
      guard changes == moved.count else {
        Issue.record("\(changes) were told of \(moved.count) changes: \(place)")
        return
      }
    }
    #expect(walk.refused < 30, "most writes are carried out")
  }

  private static func difference(_ found: [String: JSONValue], _ wanted: [String: JSONValue]) -> String {
    Set(found.keys).union(wanted.keys).sorted().filter { found[$0] != wanted[$0] }.map { key in
      "\(key): \(found[key]?.serialized ?? "-") should be \(wanted[key]?.serialized ?? "-")"
    }.joined(separator: "\n")
  }

  private struct Shown: Equatable {
    var view: JSONValue
    var moment: Int64
  }

  private static func state(_ fixture: RelationFixture) async throws -> [String: Shown] {
    var state: [String: Shown] = [:]
    for recordClass in classes {
      for value in try await fixture.list(recordClass) {
        state["\(recordClass)/\(value["id"]?.stringValue ?? "")"] = Shown(
          view: RelationFixture.plain(value), moment: value["last_modified"]?.intValue ?? 0)
      }
    }
    return state
  }

  /// One random sequence of writes.
  private struct Walk {
    let fixture: RelationFixture
    var model: RelationModel
    var random: SplitMix
    var log: [String] = []
    var refused = 0
    private var last = 0

    init(fixture: RelationFixture, model: RelationModel, random: SplitMix) {
      self.fixture = fixture
      self.model = model
      self.random = random
    }

    struct Action {
      /// What the request names.
      var written: Set<String> = []
    }

    mutating func step() async throws -> Action {
      guard model.records.count > 6, let record = any() else { return try await make() }
      switch random.below(12) {
      case 0, 1: return try await make()
      case 2: return try await delete(record)
      case 3: return try await nest(record)
      case 4: return try await addSeveral()
      case 5: return try await replace(record)
      default: return try await change(record)
      }
    }

    private mutating func any(_ recordClass: String? = nil) -> RelationModel.Record? {
      let all = model.records.filter { recordClass == nil || $0.recordClass == recordClass }.sorted()
      return all.isEmpty ? nil : all[random.below(all.count)]
    }

    private mutating func newID() -> String {
      last += 1
      return "r\(last)"
    }

    /// Says something of some fields, of no relation twice.
    private mutating func statements(
      _ record: RelationModel.Record, avoiding: Set<Int> = [], but own: Bool = true
    ) -> [(RelationModel.Field, [String])] {
      var said = avoiding
      var statements: [(RelationModel.Field, [String])] = []
      for field in model.fields(of: record.recordClass) where random.below(3) == 0 && !said.contains(field.kind) {
        said.insert(field.kind)
        var ids: Set<String> = []
        for _ in 0..<random.below(field.isMany ? 4 : 2) {
          if let other = any(field.target), own || other != record { ids.insert(other.id) }
        }
        statements.append((field, ids.sorted()))
      }
      return statements
    }

    private func data(_ statements: [(RelationModel.Field, [String])]) -> [String: JSONValue] {
      var data: [String: JSONValue] = [:]
      for (field, ids) in statements {
        let values = ids.map { JSONValue.string($0) }
        data[field.name] = field.isMany ? .array(values) : values.first ?? .null
      }
      return data
    }

    private mutating func take(_ record: RelationModel.Record, _ statements: [(RelationModel.Field, [String])]) {
      model.records.insert(record)
      for (field, ids) in statements { model.set(record, field, to: ids) }
    }

    private mutating func make() async throws -> Action {
      let record = RelationModel.Record(recordClass: classes[random.below(3)], id: newID())
      let said = statements(record)
      log.append("make \(record) \(data(said))")
      try await fixture.put(record.recordClass, record.id, data(said))
      take(record, said)
      return Action(written: ["\(record)"])
    }

    private mutating func change(_ record: RelationModel.Record) async throws -> Action {
      let said = statements(record)
      log.append("change \(record) \(data(said))")
      try await fixture.change(record.recordClass, record.id, data(said))
      take(record, said)
      return Action(written: ["\(record)"])
    }

    /// Says something of all fields: those that are left out are emptied.
    private mutating func replace(_ record: RelationModel.Record) async throws -> Action {
      let said = statements(record, but: false)
      log.append("put \(record) \(data(said))")
      try await fixture.put(record.recordClass, record.id, data(said))
      let named = Set(said.map(\.0.name))
      for field in model.fields(of: record.recordClass) where !named.contains(field.name) {
        model.set(record, field, to: [])
      }
      take(record, said)
      return Action(written: ["\(record)"])
    }

    private mutating func delete(_ record: RelationModel.Record) async throws -> Action {
      log.append("delete \(record)")
      let isAdmitted = model.delete(record)
      let refusal = await fixture.refusal { try await fixture.delete(record.recordClass, record.id) }
      #expect((refusal == nil) == isAdmitted, "\(log.suffix(5)): \(String(describing: refusal))")
      if refusal != nil { refused += 1 }
      return Action()
    }

    /// A new object in a field of a record, which says something of its own relations.
    private mutating func nest(_ record: RelationModel.Record) async throws -> Action {
      let fields = model.fields(of: record.recordClass)
      let field = fields[random.below(fields.count)]
      let new = RelationModel.Record(recordClass: field.target, id: newID())
      let inner = statements(new, avoiding: [field.kind])
      var members = data(inner)
      members["id"] = .string(new.id)
      let value: JSONValue = field.isMany ? [.object(members)] : .object(members)
      log.append("change \(record) \(field.name): \(value.serialized)")
      try await fixture.change(record.recordClass, record.id, [field.name: value])
      take(new, inner)
      take(record, [(field, [new.id])])
      return Action(written: ["\(record)", "\(new)"])
    }

    private mutating func addSeveral() async throws -> Action {
      let recordClass = classes[random.below(3)]
      let one = RelationModel.Record(recordClass: recordClass, id: newID())
      let other = RelationModel.Record(recordClass: recordClass, id: newID())
      let said = [statements(one), statements(other)]
      // Two that take the same record contradict each other, unless it may belong to both.
      let contradicts = said[0].contains { field, ids in
        let kind = model.kinds[field.kind]
        let isShared = field.isFirst ? kind.second.isMany : kind.first.isMany
        return !isShared && said[1].contains { $0.0.name == field.name && !Set($0.1).isDisjoint(with: ids) }
      }
      let elements = zip([one, other], said).map { record, said in
        data(said).merging(["id": .string(record.id)]) { $1 }
      }
      log.append("add \(recordClass) \(elements)")
      let refusal = await fixture.refusal {
        try await fixture.ask(.add, recordClass, nil, .several(elements))
      }
      #expect(
        (refusal?.codes.first == "conflicting_relations") == contradicts,
        "\(log.suffix(3)) \(String(describing: refusal))")
      guard refusal == nil else {
        refused += 1
        return Action()
      }
      take(one, said[0])
      take(other, said[1])
      return Action(written: ["\(one)", "\(other)"])
    }
  }
}
