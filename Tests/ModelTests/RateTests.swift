import Foundation
import Model
import Testing

struct RateTests {
  @Test func isReadAndWritten() throws {
    let rate = try #require(Rate(text: "100/1m"))
    #expect(rate == Rate(count: 100, interval: .seconds(60)))
    #expect(rate.text == "100/1m")
    #expect(try JSONDecoder().decode(Rate.self, from: JSONEncoder().encode(rate)) == rate)
  }

  @Test(arguments: [
    "", "100", "/1m", "100/", "0/1s", "-1/1s", "1.5/1s", "1/0s", "1/500ms", "1/2d", "1000001/1s", "1/1m/1m", "+1/1s",
  ])
  func isRefused(text: String) {
    #expect(Rate(text: text) == nil)
  }

  /// What versions before this one stored has neither.
  @Test func aStoredEndpointMayLackBoth() throws {
    let text = #"{"public": true, "methods": [], "stream": false, "deadline_ms": 30000}"#
    let rule = try JSONDecoder().decode(EndpointRule.self, from: Data(text.utf8))
    #expect(rule == EndpointRule(isPublic: true))
    let full = EndpointRule(
      rate: RateRule(perKey: Rate(count: 1, interval: .seconds(1))), cors: CORSRule(origins: ["*"]))
    #expect(try JSONDecoder().decode(EndpointRule.self, from: JSONEncoder().encode(full)) == full)
  }
}
