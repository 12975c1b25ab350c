import Model
import Testing

@Suite struct MeasureTests {
  @Test(arguments: [
    ("250ms", 250_000), ("30s", 30_000_000), ("1.5m", 90_000_000), ("12h", 43_200_000_000), ("7d", 604_800_000_000),
  ])
  func readsDurations(text: String, microseconds: Int64) {
    #expect(Duration(text: text)?.wholeMicroseconds == microseconds)
  }

  @Test(arguments: ["", "s", "30", "-1s", "1 s", "1e3s", "1y", "999999999999999d"])
  func refusesOtherDurations(text: String) {
    #expect(Duration(text: text) == nil)
  }

  @Test(arguments: [0, 1, 1000, 90_000, 3_600_000, 259_200_000])
  func durationsAreReadBack(milliseconds: Int) {
    let duration = Duration.milliseconds(milliseconds)
    #expect(Duration(text: duration.text) == duration)
  }

  @Test(arguments: [("0", 0), ("64MiB", 67_108_864), ("1 KiB", 1024), ("2GB", 2_000_000_000), ("17B", 17)])
  func readsSizes(text: String, bytes: Int64) {
    #expect(ByteSize(text: text)?.bytes == bytes)
  }

  @Test(arguments: ["", "MiB", "-1B", "1.5MiB", "64mib", "99999999999TiB"])
  func refusesOtherSizes(text: String) {
    #expect(ByteSize(text: text) == nil)
  }

  @Test(arguments: [0, 1, 1023, 1024, 1536, 67_108_864, 1_099_511_627_776, 1_099_511_627_777] as [Int64])
  func sizesAreReadBack(bytes: Int64) {
    #expect(ByteSize(text: ByteSize(bytes: bytes).description)?.bytes == bytes)
  }
}
