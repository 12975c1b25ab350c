import Model
import Testing

@Suite struct JSONValueTests {
  @Test func whatIsWrittenIsReadBack() throws {
    let value: JSONValue = [
      "text": "a\"b\\c\n\t\u{1}\u{7F}ä🦀", "number": 9_007_199_254_740_993, "half": 0.5, "nothing": nil, "no": false,
      "list": [1, [2], ["x": []]],
    ]
    #expect(try JSONValue(parsing: value.serialized) == value)
  }

  @Test func equalObjectsHaveEqualTexts() throws {
    #expect(try JSONValue(parsing: #"{"b":1,"a":2}"#).serialized == #"{"a":2,"b":1}"#)
  }

  @Test(arguments: ["", "{", "[1,,2]", "{\"a\":}", "nul", "\"\u{1}\"", String(repeating: "[", count: 100_000)])
  func refusesWhatIsNotJSON(text: String) {
    #expect(throws: Problem.self) { try JSONValue(parsing: text) }
  }

  @Test func whatJSONCannotWriteBecomesNull() {
    #expect(JSONValue.array([.double(.infinity), .double(.nan)]).serialized == "[null,null]")
  }
}
