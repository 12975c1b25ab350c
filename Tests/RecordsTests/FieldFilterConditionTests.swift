import Model
import Records
import Store
import Testing

@Suite struct FieldFilterConditionTests {
  @Test func aValueMeansEqualityAndAnObjectHasWords() throws {
    let filters = try FieldFilter.reading(
      [
        "state": "open", "points": ["min": 100, "below": 200], "owner.name": ["exists": true],
        "id": ["in": ["a", "b"]],
      ],
      field: "where")
    #expect(
      filters == [
        FieldFilter(.id, .among(["a", "b"])), FieldFilter(.member("owner.name"), .exists(true)),
        FieldFilter(.member("points"), .less(200)), FieldFilter(.member("points"), .atLeast(100)),
        FieldFilter(.member("state"), .equal("open")),
      ])
  }

  @Test func everyWordHasItsTest() throws {
    let cases: [(String, JSONValue, FieldFilter.Test)] = [
      ("is", ["a": 1], .equal(["a": 1])), ("not", nil, .notEqual(nil)), ("min", 1, .atLeast(1)), ("max", 1, .atMost(1)),
      ("above", "a", .greater("a")), ("below", "a", .less("a")), ("in", [1, 2], .among([1, 2])),
      ("not_in", [], .notAmong([])), ("exists", false, .exists(false)), ("like", "a*", .like("a*")),
      ("contains", [1], .contains([1])), ("contains_any", [1], .containsAny([1])),
    ]
    for (word, value, test) in cases {
      #expect(
        try FieldFilter.reading(["f": .object([word: value])], field: "where") == [FieldFilter(.member("f"), test)])
    }
  }

  @Test func whatIsWrongIsNamed() {
    let cases: [(JSONValue, String)] = [
      ([], "where"), (["a": [:]], "where.a"), (["a": ["mim": 1]], "where.a.mim"), (["a": ["in": 1]], "where.a.in"),
      (["a": ["exists": "yes"]], "where.a.exists"), (["a": ["like": 1]], "where.a.like"),
      (.object(Dictionary(uniqueKeysWithValues: (0..<33).map { ("f\($0)", .int(1)) })), "where"),
    ]
    for (conditions, field) in cases {
      let problem = #expect(throws: Problem.self) { try FieldFilter.reading(conditions, field: "where") }
      #expect(problem?.code == .invalid)
      #expect(problem?.field == field)
    }
    let typo = #expect(throws: Problem.self) { try FieldFilter.reading(["a": ["mim": 1]], field: "where") }
    #expect(typo?.hint == "did you mean min?")
  }
}
