import Testing

@testable import DialectKinto

@Suite struct FeedSignalsTests {
  @Test func noneCoversAnother() async {
    let signals = FeedSignals()
    signals.note(.news)
    signals.note(.heartbeat)
    signals.note(.heartbeat)
    #expect(await signals.next() == .news)
    #expect(await signals.next() == .heartbeat)
    let waiting = Task { await signals.next() }
    signals.note(.news)
    #expect(await waiting.value == .news)
    signals.end()
    #expect(await signals.next() == nil)
  }
}
