import Model
import Store

extension StoreConformance {
  static let recordListCases: [StoreConformanceCase] =
    [false, true].map { isIndexed in
      StoreConformanceCase(
        "lists are what their filters and orders say, whatever is in them, \(isIndexed ? "with" : "without") indexed fields"
      ) { fixture in
        var lists = RandomLists(seed: isIndexed ? 7 : 8)
        let places = try await fixture.places()
        let model = lists.records(40)
        try await fixture.write { transaction in
          if isIndexed {
            let fields = ["a", "x.y", "é"].map { IndexedField(name: $0, isUnique: false) }
            try transaction.setIndexedFields(of: places.recordClass, to: fields)
          }
          for record in model.records { try transaction.add(record, to: places.recordClass) }
        }
        for _ in 0..<150 {
          let random = lists.query(in: places.recordClass)
          let limit = lists.limit()
          try await fixture.read { snapshot in
            var query = random
            if query.visibility != .all {
              query.visibility = .shared(with: try snapshot.principals(of: "account:ada"), by: [.read])
            }
            let expected = model.found(query)
            let count = try snapshot.count(query)
            try expectEqual(count, Int64(expected.count { !$0.isDeleted }), "count of \(query)")
            var found: [String] = []
            repeat {
              let page = try snapshot.list(query, limit: limit)
              try expect(page.objects.count == limit || page.next == nil, "a page that is followed is full")
              found += page.objects.map(\.name)
              query.after = page.next
            } while query.after != nil && found.count <= expected.count
            try expectEqual(found, expected.map(\.name), "\(query.filters) \(query.order) \(query.includesDeleted)")
          }
        }
      }
    } + [
      StoreConformanceCase("what a list cannot be asked for is refused with the field") { fixture in
        let places = try await fixture.places()
        let refused: [(ObjectQuery, String)] = [
          (
            ObjectQuery(
              .record, in: places.recordClass, filters: Array(repeating: FieldFilter(.id, .exists(true)), count: 65)),
            "filters"
          ),
          (
            ObjectQuery(
              .record, in: places.recordClass,
              filters: [FieldFilter(.id, .among(Array(repeating: "a", count: 5001)))]), "filters"
          ),
          (
            ObjectQuery(.record, in: places.recordClass, order: Array(repeating: FieldOrder(.modified), count: 9)),
            "order"
          ),
          (
            ObjectQuery(
              .record, in: places.recordClass, order: [FieldOrder(.member(String(repeating: "k", count: 1025)))]),
            String(repeating: "k", count: 80)
          ),
          (ObjectQuery(.record, in: places.recordClass, after: ["x", "y"]), "after"),
          (ObjectQuery(.record, in: places.recordClass, after: [1, nil]), "after"),
          (ObjectQuery(.record, in: places.recordClass, after: []), "after"),
        ]
        for (query, field) in refused {
          try await expectProblem(.invalid, field: field) { try await fixture.read { try $0.list(query, limit: 1) } }
        }
      }
    ]
}

extension RecordTransaction {
  fileprivate func add(_ record: RecordModel.Record, to recordClass: Int64) throws {
    let stored = try insert(
      .record, record.name, in: recordClass, modified: record.modified,
      data: record.isDeleted ? [] : record.data.serializedBytes)
    if record.isShared { try setAccessLists(of: stored.row, to: [.read: ["account:ada", "account:bob"]]) }
    if record.isDeleted {
      _ = try delete(stored.row, modified: record.modified, data: record.data.serializedBytes)
    }
  }
}

/// Makes up records and what is asked of them.
struct RandomLists {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  private static let texts = [
    "", "a", "A", "abc", "aXbc", "é", "É", "z", "1", "😀", "a*b", "%", "_", "line\nbreak", "\"q\"", "\\", "nul\u{0}x",
    "'; DROP TABLE objects; --", String(repeating: "long", count: 200), String(repeating: "long", count: 201),
  ]
  private static let numbers: [JSONValue] = [
    0, 1, -1, 2, 3, 1.0, 0.5, -0.5, .int(.max), .int(.min), .int(1 << 53), .int(1 << 53 + 1),
    .double(9_007_199_254_740_992),
    .double(9.223372036854775807e18), .double(1e300), .double(-1e300), .double(5e-324), .double(-0.0),
  ]
  private static let keys = ["a", "b", "a.b", "x", "x.y", "y", "", "é", "a b", "q\"uote", "$", "c"]
  private static let paths = [
    "a", "b", "a.b", "a.b.c", "x.y", "x.y.a", "x", "é", "q\"uote", "none", "a.x", "x..y", "", ".", "$", "a b",
    "a.a.a.a",
    "deleted",
  ]

  mutating func limit() -> Int { .random(in: 1...30, using: &generator) }

  mutating func records(_ count: Int) -> RecordModel {
    var model = RecordModel()
    for number in 0..<count {
      let name = "\(generator.pick(["r", "R", "a", "0"]))\(number)"
      let modified = Int64.random(in: 1...30, using: &generator)
      let isDeleted = number % 6 == 0
      var members = isDeleted ? ["deleted": true] : self.members(depth: 0)
      (members["id"], members["last_modified"]) = (.string(name), .int(modified))
      model.records.append(
        RecordModel.Record(
          name: name, modified: modified, data: .object(members), isDeleted: isDeleted,
          isShared: !isDeleted && Bool.random(using: &generator)))
    }
    return model
  }

  private mutating func members(depth: Int) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    for _ in 0..<Int.random(in: 0...5, using: &generator) {
      members[generator.pick(Self.keys)] = value(depth: depth + 1)
    }
    return members
  }

  private mutating func value(depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 2 ? 5 : 8), using: &generator) {
    case 0: return .null
    case 1: return .bool(.random(using: &generator))
    case 2, 3: return .string(generator.pick(Self.texts))
    case 4: return generator.pick(Self.numbers)
    case 5: return .array((0..<Int.random(in: 0...3, using: &generator)).map { _ in value(depth: depth + 1) })
    default: return .object(members(depth: depth))
    }
  }

  private mutating func values() -> [JSONValue] {
    (0..<Int.random(in: 0...4, using: &generator)).map { _ in value(depth: 2) }
  }

  private mutating func field() -> FieldReference {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0: .id
    case 1: .modified
    case 2: .deleted
    default: .member(generator.pick(Self.paths))
    }
  }

  private mutating func test(_ field: FieldReference) -> FieldFilter.Test {
    var value = value(depth: 2)
    if field == .modified, Bool.random(using: &generator) { value = .int(.random(in: 0...31, using: &generator)) }
    if field == .id, Bool.random(using: &generator) { value = .string("r\(Int.random(in: 0...40, using: &generator))") }
    switch Int.random(in: 0..<13, using: &generator) {
    case 0: return .equal(value)
    case 1: return .notEqual(value)
    case 2: return .less(value)
    case 3: return .atMost(value)
    case 4: return .greater(value)
    case 5: return .atLeast(value)
    case 6: return .among(values() + [value])
    case 7: return .notAmong(values())
    case 8: return .exists(.random(using: &generator))
    case 9:
      return .like(
        generator.pick(["a", "A*", "*b*", "a*c", "É", "*", "", "1", "tr*", "*\n*", "[*]", "lONG*long", "%"]))
    case 10: return .contains(values())
    case 11: return .isNull(.random(using: &generator))
    default: return .containsAny(values())
    }
  }

  mutating func query(in parent: Int64) -> ObjectQuery {
    let filters = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
      let field = field()
      return FieldFilter(field, test(field))
    }
    let order = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
      FieldOrder(
        field(), isDescending: .random(using: &generator), putsNullLast: Int.random(in: 0..<4, using: &generator) == 0)
    }
    let isShared = Int.random(in: 0..<4, using: &generator) == 0
    return ObjectQuery(
      .record, in: parent,
      visibility: isShared ? .shared(with: PrincipalSet(names: [], rows: []), by: [.read]) : .all, filters: filters,
      order: order, includesDeleted: .random(using: &generator))
  }
}
