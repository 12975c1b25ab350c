import Model
import Testing

struct RetryRuleTests {
  @Test func waitsGrowUpToTheLongest() {
    let rule = RetryRule(max: 9, backoff: .seconds(1), factor: 3, maximumBackoff: .seconds(10), jitter: 0)
    #expect((1...5).map { rule.delay(after: $0, random: 0) } == [1, 3, 9, 10, 10].map { .seconds($0) })
    #expect(rule.delay(after: .max, random: 0.9) == .seconds(10))
  }

  @Test func jitterSpreadsBothWaysAndNeverBeyondTheLongest() {
    let rule = RetryRule(backoff: .seconds(10), factor: 1, maximumBackoff: .seconds(11), jitter: 0.2)
    #expect(rule.delay(after: 1, random: 0) == .seconds(8))
    #expect(rule.delay(after: 1, random: 0.5) == .seconds(10))
    #expect(rule.delay(after: 1, random: 0.999) == .seconds(11))
    let whole = RetryRule(backoff: .seconds(10), factor: 1, jitter: 1)
    #expect(whole.delay(after: 1, random: 0) == .zero)
  }
}
