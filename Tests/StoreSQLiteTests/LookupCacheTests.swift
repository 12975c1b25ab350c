import Testing

@testable import StoreSQLite

@Suite struct LookupCacheTests {
  /// A store of one word, and how often it was asked.
  private actor Source {
    var word: String?
    var reads = 0

    init(_ word: String?) { self.word = word }

    func set(_ word: String?) { self.word = word }
    func read() -> String? {
      reads += 1
      return word
    }
  }

  @Test func whatWasFoundIsNotReadAgain() async throws {
    let (cache, source) = (LookupCache<String, String>(), Source("one"))
    for _ in 0..<3 { #expect(await cache.value(for: "key") { await source.read() } == "one") }
    #expect(await source.reads == 1)
  }

  @Test func thatNothingWasFoundIsNotRemembered() async throws {
    let (cache, source) = (LookupCache<String, String>(), Source(nil))
    #expect(await cache.value(for: "key") { await source.read() } == nil)
    await source.set("one")
    #expect(await cache.value(for: "key") { await source.read() } == "one")
  }

  @Test func aChangeIsSeen() async throws {
    let (cache, source) = (LookupCache<String, String>(), Source("one"))
    _ = await cache.value(for: "key") { await source.read() }
    await source.set("two")
    cache.forgetAll()
    #expect(await cache.value(for: "key") { await source.read() } == "two")
  }

  @Test func whatWasReadBeforeAChangeIsNotRememberedAfterIt() async throws {
    let (cache, source) = (LookupCache<String, String>(), Source("one"))
    let old = await cache.value(for: "key") {
      let word = await source.read()
      await source.set("two")
      cache.forgetAll()
      return word
    }
    #expect(old == "one")
    #expect(await cache.value(for: "key") { await source.read() } == "two")
  }

  @Test func whatIsLargeCountsForMore() async throws {
    let (cache, source) = (LookupCache<String, String>(capacity: 10, cost: { $0.count }), Source("four"))
    for key in ["a", "b", "a", "b"] { _ = await cache.value(for: key) { await source.read() } }
    #expect(await source.reads == 2)
    _ = await cache.value(for: "c") { await source.read() }
    _ = await cache.value(for: "a") { await source.read() }
    #expect(await source.reads == 4, "a third did not fit, so all were forgotten")
    await source.set("longer than that")
    for _ in 0..<2 { _ = await cache.value(for: "d") { await source.read() } }
    #expect(await source.reads == 6, "what fits in no way is not remembered")
  }

  @Test func itIsBounded() async throws {
    let (cache, source) = (LookupCache<Int, String>(capacity: 4), Source("one"))
    for key in 0..<100 { _ = await cache.value(for: key) { await source.read() } }
    for key in 96..<100 { _ = await cache.value(for: key) { await source.read() } }
    #expect(await source.reads == 100)
  }
}
