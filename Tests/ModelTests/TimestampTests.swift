import Model
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000001Z", 1),
    ("2026-11-21T12:11:15.123456Z", 1_795_263_075_123_456),
    ("2026-11-21T13:11:15.9+01:00", 1_795_263_075_900_000), ("2000-02-29T23:59:59.999999Z", 951_868_799_999_999),
  ])
  func readsWhatRFC3339Allows(text: String, microseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
  }

  @Test(arguments: ["", "yesterday", "2026-13-01T00:00:00Z", "2026-11-21", "2026-11-21T12:11:15.Z"])
  func refusesOthers(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test func everyMomentIsReadBackToTheMicrosecond() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let time = Timestamp(
        microseconds: .random(in: -10_000_000_000_000_000...10_000_000_000_000_000, using: &generator))
      #expect(Timestamp(rfc3339: time.rfc3339) == time, "\(time.microseconds)")
    }
  }
}
