import Model
import Records
import Store
import Testing

@testable import DialectKinto

@Suite struct KintoQueryTests {
  private func query(_ text: String, isList: Bool = true) -> KintoQuery {
    KintoQuery(text, isList: isList, now: 1_700_000_000_000)
  }

  private func filter(_ text: String) -> FieldFilter? {
    let query = query(text)
    return query.faults.isEmpty && query.selection.filters.count == 1 ? query.selection.filters[0] : nil
  }

  @Test func takesOperationsFromNames() {
    #expect(filter("a=1") == FieldFilter(.member("a"), .equal(1)))
    #expect(filter("eq_min_age=5") == FieldFilter(.member("min_age"), .equal(5)))
    #expect(filter("min_age=5") == FieldFilter(.member("age"), .atLeast(5)))
    #expect(filter("not_a=x") == FieldFilter(.member("a"), .notEqual("x")))
    #expect(filter("contains_any_a=%5B1%5D") == FieldFilter(.member("a"), .containsAny([1])))
    #expect(filter("contains_a=1") == FieldFilter(.member("a"), .contains([1])))
    #expect(filter("in_a=1,x,") == FieldFilter(.member("a"), .among([1, "x"])))
    #expect(filter("has_a=0") == FieldFilter(.member("a"), .exists(false)))
    #expect(filter("like_a=x*") == FieldFilter(.member("a"), .like("x*")))
    #expect(filter("gt_b.c=1.5") == FieldFilter(.member("b.c"), .greater(1.5)))
    #expect(filter("gt_") == FieldFilter(.member("gt_"), .equal("")))
    #expect(filter("gt_a%27=1") == FieldFilter(.member("gt_a'"), .equal(1)))
    #expect(filter("%20a%20=1") == FieldFilter(.member("a"), .equal(1)))
    #expect(filter("deleted=true") == FieldFilter(.deleted, .equal(true)))
  }

  @Test func readsValuesAsJSONOrText() {
    let values: [(String, JSONValue)] = [
      ("1", 1), ("1.0", 1.0), ("%221%22", "1"), ("true", true), ("True", "True"), ("null", nil), ("a+b", "a b"),
      ("%5B1%5D", [1]), ("", ""), ("01", "01"), ("1e999", "1e999"), ("%C3%BC", "ü"),
    ]
    for (text, value) in values { #expect(filter("a=\(text)") == FieldFilter(.member("a"), .equal(value))) }
  }

  @Test func treatsTimestampsApart() {
    #expect(filter("_since=%2212%22") == FieldFilter(.modified, .greater(12)))
    #expect(filter("_before=12") == FieldFilter(.modified, .less(12)))
    #expect(query("_to=12").isDeprecated)
    #expect(query("_since=null").selection.includesDeleted)
    #expect(query("_since=null").selection.filters.isEmpty)
    #expect(!query("a=1").selection.includesDeleted)
    for text in [
      "_since=", "_since=x", "_since=-1", "_since=%22%22", "_since=1700086400000", "in_last_modified=1",
      "last_modified=x", "contains_id=1", "id=1", "in_id=a,1", "like_a=1", "_limit=x", "_limit=-1", "_token=x",
      "_limit=9223372036854775809", "a=%ff", "a=%00", "%00=1",
    ] { #expect(!(query(text).faults + query(text).selection.numberFaults).isEmpty, "\(text)") }
  }

  @Test func sortsByWhatCanBeSortedBy() {
    #expect(
      query("_sort=a,-b,%2Bc.d,!!").selection.order == [
        FieldOrder(.member("a")), FieldOrder(.member("b"), isDescending: true), FieldOrder(.member("c.d")),
        FieldOrder(.modified, isDescending: true),
      ])
    #expect(query("_sort=last_modified").selection.order == [FieldOrder(.modified)])
    #expect(!query("_sort=" + (0..<12).map { "f\($0)" }.joined(separator: ",")).faults.isEmpty)
  }

  @Test func boundsWhatIsAsked() {
    let many = (0...KintoConfiguration.filtersMax).map { "f\($0)=1" }.joined(separator: "&")
    #expect(!query(many).faults.isEmpty)
    #expect(!query("a=" + String(repeating: "x", count: KintoConfiguration.queryMax)).faults.isEmpty)
    #expect(!query("in_a=" + String(repeating: "1,", count: KintoConfiguration.valuesMax + 1)).faults.isEmpty)
    #expect(query("_limit=9223372036854775807").selection.limit == .max)
    #expect(query("_limit=2.9").selection.limit == 2)
    #expect(query("_limit=").selection.limit == nil)
  }

  @Test func keepsTheRestForTheNextPage() {
    #expect(query("a=%20x&_limit=3&_token=&_sort=a").kept == ["a=%20x", "_sort=a"])
  }

  @Test func manyValuesMatchNothing() {
    #expect(filter("a=1&a=2") == FieldFilter(.member("a"), .equal(["1", "2"])))
  }

  @Test func ofAnObjectItTakesLittle() {
    let query = query("_limit=x&a=1&last_modified=12", isList: false)
    #expect(query.faults.isEmpty)
    #expect(query.modified == 12)
    #expect(!self.query("last_modified=abc", isList: false).faults.isEmpty)
  }

  @Test func tokensComeBackAsTheyWere() {
    let places: [[JSONValue?]] = [
      [1, "r"], [nil, "r"], [.null, "r"], [["a": [1.5, true]], "ü😀"], [.int(.max), "x"],
    ]
    for place in places { #expect(PageToken.decode(PageToken.encode(place), keys: 1) == place) }
    #expect(PageToken.decode(PageToken.encode([1, "r"]), keys: 2) == nil)
    #expect(PageToken.decode(PageToken.encode([1, 2]), keys: 1) == nil)
    for text in ["", "x", "e30", "W10", "====", "👻"] { #expect(PageToken.decode(text, keys: 1) == nil) }
  }

  @Test func choosesFields() throws {
    let object: JSONValue = ["id": "r", "last_modified": 1, "a": 1, "b": ["c": ["d": 2, "e": 3]], "x.y": ["z": 4]]
    let chosen = { (names: String) in FieldSelection(names)?.applied(to: object) }
    #expect(chosen("a") == ["id": "r", "last_modified": 1, "a": 1])
    #expect(chosen("b.c.d,none") == ["id": "r", "last_modified": 1, "b": ["c": ["d": 2]]])
    #expect(chosen("b.c.d,b.c.e") == ["id": "r", "last_modified": 1, "b": ["c": ["d": 2, "e": 3]]])
    #expect(chosen("x.y.z") == ["id": "r", "last_modified": 1, "x.y": ["z": 4]])
    #expect(chosen("a.b") == ["id": "r", "last_modified": 1])
  }

  /// Whatever comes, there is an answer, and nothing that the store could not bear.
  @Test func bearsAnything() {
    var numbers = SystemRandomNumberGenerator()
    let pieces = [
      "_", "since", "limit", "_sort=", "token", "=", "&", "%", "%2", "%00", "%ff", "%22", "gt_", "in_", "a", ".", ",",
      "-",
      "+", "\"", "[", "]", "{", "1", "null", "💥", "e9", "_fields=", "contains_any_", "like_", "id", "last_modified",
      " ",
    ]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0..<14, using: &numbers)).map { _ in pieces.randomElement(using: &numbers) ?? "" }
        .joined()
      for isList in [true, false] {
        let query = query(text, isList: isList)
        guard query.faults.isEmpty else { continue }
        #expect(query.selection.filters.count <= KintoConfiguration.filtersMax)
        #expect((query.selection.limit ?? 0) >= 0)
      }
      _ = KintoRoute("/v1/" + text)
      _ = PageToken.decode(text, keys: 1)
      _ = Base64Text.decode(text.utf8)
      _ = FieldSelection(text)
    }
  }
}
