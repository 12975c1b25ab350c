import Model
import Records
import Store
import Testing

/// The rules of moments, against a second formulation of them, over random sequences of writes on one list.
@Suite struct TimestampTests {
  /// What is expected of the list: its own moment, and those of its objects.
  private struct Expected {
    var list: Int64?
    var objects: [String: Int64] = [:]

    mutating func change(_ name: String, now: Int64, proposal: Int64?) -> Int64 {
      let before = list ?? 0
      var moment = max(now, before + 1)
      if let proposal, proposal > (objects[name] ?? 0) {
        moment = proposal == before ? before + 1 : proposal
      }
      list = max(before, moment)
      objects[name] = moment
      return moment
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func randomWritesFollowTheRules(seed: UInt64) async throws {
    var random = SplitMix(state: seed)
    let fixture = RecordFixture()
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    var expected = Expected()
    var bumped: Set<Int64> = []
    for _ in 0..<60 {
      if random.below(4) == 0 { fixture.clock.advance(by: .milliseconds(Int64(random.below(3)))) }
      let now = fixture.clock.now.microseconds / 1000
      let name = "r\(random.below(4))"
      let proposal = proposal(&random, expected.list ?? now, expected.objects[name])
      let isUsed = proposal.map { $0 > (expected.objects[name] ?? 0) } ?? false
      let before = expected.list ?? 0
      var data: [String: JSONValue] = ["a": .int(Int64(random.below(3)))]
      if let proposal {
        data["last_modified"] = .int(proposal)
      } else if random.below(3) == 0 {
        data["last_modified"] = [.double(1.5), .string("5"), true, nil, -7][random.below(5)]
      }
      let moment: Int64
      switch random.below(4) {
      case 0 where expected.objects[name] != nil:
        let request = DataRequest(.delete, .record(name), modified: proposal)
        moment = try await fixture.service.perform(request, as: fixture.ada).timestamp
        #expect(moment == expected.change(name, now: now, proposal: proposal))
        expected.objects[name] = nil
      case 1 where expected.objects[name] != nil:
        moment = try await fixture.change(.record(name), .members(data: data, lists: nil)).timestamp
        #expect(moment == expected.change(name, now: now, proposal: proposal))
      default:
        moment = try await fixture.put(.record(name), data).timestamp
        #expect(moment == expected.change(name, now: now, proposal: proposal))
      }
      if !isUsed {
        #expect(moment > before && bumped.insert(moment).inserted, "moments of changes grow, and none comes twice")
      }
      let list = try await fixture.read(.record(nil))
      #expect(list.timestamp == expected.list)
      #expect(list.objects.map(\.modified) == expected.objects.values.sorted(by: >))
      for object in list.objects {
        #expect(object.modified == expected.objects[object.name])
        #expect(try JSONValue(parsing: object.data)["last_modified"] == .int(object.modified))
      }
    }
  }

  /// Often one that stands at an edge of the rules.
  private func proposal(_ random: inout SplitMix, _ list: Int64, _ current: Int64?) -> Int64? {
    switch random.below(8) {
    case 0: list
    case 1: list + 1
    case 2: list - Int64(random.below(50)) - 1
    case 3: list + Int64(random.below(50)) + 2
    case 4: current
    case 5: current.map { $0 - 1 }
    default: nil
    }
  }

  @Test func aListHasItsMomentFromTheFirstTouch() async throws {
    let fixture = RecordFixture()
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    fixture.clock.advance(by: .seconds(1))
    let first = try await fixture.read(.record(nil))
    #expect(first.timestamp == RecordFixture.start + 1000)
    fixture.clock.advance(by: .seconds(1))
    #expect(try await fixture.read(.record(nil)).timestamp == first.timestamp)
    await #expect(throws: DataRefusal.unchanged(timestamp: first.timestamp)) {
      try await fixture.read(.record(nil), .isNotAt(first.timestamp))
    }
  }

  @Test func momentsBeyondWhatADoubleHoldsAreNotTaken() async throws {
    let fixture = RecordFixture()
    let most: Int64 = (1 << 53) - 1
    #expect(try await fixture.put(.bucket(), ["last_modified": .int(.max)]).timestamp == RecordFixture.start)
    #expect(try await fixture.put(.bucket(), ["last_modified": .int(most)]).timestamp == most)
    #expect(try await fixture.put(.bucket()).timestamp == most + 1)
  }

  @Test func everyDeletionOfAListHasItsOwnMoment() async throws {
    let fixture = RecordFixture()
    try await fixture.put(.bucket())
    try await fixture.put(.recordClass())
    for name in ["a", "b", "c"] { try await fixture.put(.record(name)) }
    let deleted = try await fixture.delete(.record(nil))
    #expect(deleted.objects.map(\.name) == ["c", "b", "a"])
    #expect(deleted.objects.map(\.modified) == [3, 4, 5].map { RecordFixture.start + $0 })
    #expect(deleted.timestamp == RecordFixture.start + 5)
    let again = try await fixture.delete(.record(nil))
    #expect(again.objects.isEmpty && again.timestamp == deleted.timestamp)
  }
}
