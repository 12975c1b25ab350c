import Model
import Testing

@testable import Gateway

@Suite struct DeliveryLedgerTests {
  private let ledger = DeliveryLedger()
  private let hook = ID<Hook>(at: Timestamp(microseconds: 1))
  private let start = Timestamp(microseconds: 1_700_000_000_000_000)

  @Test func aDeliveryIsTakenOncePerHook() {
    #expect(ledger.take("a", for: hook, at: start))
    #expect(!ledger.take("a", for: hook, at: start + .seconds(3600)))
    #expect(ledger.take("b", for: hook, at: start))
    #expect(ledger.take("a", for: ID(at: start), at: start))
  }

  @Test func afterTheWindowItIsForgotten() {
    #expect(ledger.take("a", for: hook, at: start))
    #expect(ledger.take("a", for: hook, at: start + .seconds(3601)))
    #expect(!ledger.take("a", for: hook, at: start + .seconds(3602)))
  }

  @Test func whatFailedMayComeAgain() {
    #expect(ledger.take("a", for: hook, at: start))
    ledger.giveUp("a", for: hook)
    #expect(ledger.take("a", for: hook, at: start + .seconds(10)))
    #expect(!ledger.take("a", for: hook, at: start + .seconds(20)))
    // What is left of the first time does not take the second with it.
    #expect(!ledger.take("a", for: hook, at: start + .seconds(3605)))
  }

  @Test func itIsBounded() {
    for number in 0...DeliveryLedger.capacity { #expect(ledger.take("\(number)", for: hook, at: start)) }
    #expect(ledger.take("0", for: hook, at: start), "the oldest had to go")
    #expect(!ledger.take("2", for: hook, at: start))
    #expect(!ledger.take("\(DeliveryLedger.capacity)", for: hook, at: start))
  }
}
