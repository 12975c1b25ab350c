import Model
import Testing

@testable import Identity

@Suite struct AccountsTests {
  private static let cheap = PasswordCost(logRounds: 2, blockSize: 1, parallelism: 1)

  private let store = FakeAccountStore()
  private let clock = ManualWallClock()
  private let accounts: Accounts

  init() throws {
    let secret = try ServerSecret(bytes: [UInt8](repeating: 7, count: 32))
    accounts = try Accounts(store: store, secret: secret, clock: clock, cost: Self.cheap)
  }

  @Test func theRightPasswordOpensItsAccount() async throws {
    store["ada"] = try await accounts.hash("secret")
    #expect(try await accounts.proves(name: "ada", password: "secret"))
    #expect(try await !accounts.proves(name: "ada", password: "Secret"))
    #expect(try await !accounts.proves(name: "ada", password: ""))
    #expect(try await !accounts.proves(name: "bob", password: "secret"))
    // The proof of no account at all is that of an empty text.
    #expect(try await !accounts.proves(name: "bob", password: ""))
  }

  @Test func aDamagedProofOpensNothing() async throws {
    store["ada"] = "$scrypt$ln=30,r=8,p=1$AAAA$AAAA"
    #expect(try await !accounts.proves(name: "ada", password: "secret"))
  }

  @Test func whatWasRightIsRememberedForAWhile() async throws {
    store["ada"] = try await accounts.hash("secret")
    #expect(try await accounts.proves(name: "ada", password: "secret"))
    #expect(try await accounts.proves(name: "ada", password: "secret"))
    #expect(store.reads == 1)
    clock.advance(by: .seconds(30))
    #expect(try await accounts.proves(name: "ada", password: "secret"))
    #expect(store.reads == 2)
    // What was wrong is not remembered, and costs as much every time.
    #expect(try await !accounts.proves(name: "ada", password: "wrong"))
    #expect(try await !accounts.proves(name: "ada", password: "wrong"))
    #expect(store.reads == 4)
  }

  @Test func aChangedAccountIsForgotten() async throws {
    store["ada"] = try await accounts.hash("secret")
    store["bob"] = try await accounts.hash("secret")
    #expect(try await accounts.proves(name: "ada", password: "secret"))
    #expect(try await accounts.proves(name: "bob", password: "secret"))
    store["ada"] = try await accounts.hash("other")
    accounts.forget("ada")
    #expect(try await !accounts.proves(name: "ada", password: "secret"))
    #expect(try await accounts.proves(name: "ada", password: "other"))
    store["bob"] = nil
    accounts.forget(nil)
    #expect(try await !accounts.proves(name: "bob", password: "secret"))
  }

  @Test func namesAndPasswordsDoNotRunIntoEachOther() async throws {
    store["ada"] = try await accounts.hash("bc")
    #expect(try await accounts.proves(name: "ada", password: "bc"))
    #expect(try await !accounts.proves(name: "adab", password: "c"))
  }

  @Test func proofsOfTheSamePasswordDiffer() async throws {
    let first = try await accounts.hash("secret")
    #expect(try await accounts.hash("secret") != first)
    #expect(first.hasPrefix("$scrypt$ln=2,r=1,p=1$") && !first.contains("secret"))
    let proof = try #require(PasswordProof(first))
    #expect(proof.text == first && proof.salt.count == 16)
    await #expect(throws: Problem.self) { try await accounts.hash("") }
    await #expect(throws: Problem.self) { try await accounts.hash(String(repeating: "x", count: 1025)) }
  }

  @Test(arguments: [
    "", "secret", "$scrypt$", "$scrypt$ln=2,r=1,p=1$AAAA$AAAA", "$bcrypt$ln=2,r=1,p=1$AAAA$AAAA",
    "$scrypt$ln=40,r=8,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=2,r=0,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  ])
  func whatIsNoProofIsNotRead(text: String) {
    #expect(PasswordProof(text) == nil)
  }

  /// The second case of RFC 7914, section 12.
  @Test func theProofIsScrypt() throws {
    let expected = "/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI"
    let salt = "TmFDbA"
    let proof = try #require(PasswordProof("$scrypt$ln=10,r=8,p=16$\(salt)$\(expected)"))
    #expect(try proof.isProof(of: "password"))
    #expect(try !proof.isProof(of: "passwort"))
  }

  @Test func moreWorkThanCanWaitIsRefused() async throws {
    let work = PasswordWork()
    let gate = PasswordGate()
    let refused = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<(PasswordWork.atOnceMax + PasswordWork.waitingMax + 5) {
        group.addTask {
          do {
            try await work.perform { gate.wait() }
            return false
          } catch {
            return (error as? Problem)?.code == .tooMany
          }
        }
      }
      var refused = 0
      // Those that are refused end at once; the others only when the gate is opened.
      for await isRefused in group {
        if isRefused { refused += 1 }
        if refused == 5 { gate.open() }
      }
      return refused
    }
    #expect(refused == 5)
    #expect(try await work.perform { 1 } == 1)
  }

  @Test func aPersonalBucketLooksLikeAUUIDAndIsItsUsersOnly() throws {
    let secret = try ServerSecret(bytes: [UInt8](repeating: 7, count: 32))
    let other = try ServerSecret(bytes: [UInt8](repeating: 8, count: 32))
    let name = secret.personalBucket(of: "account:ada")
    #expect(name.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
    #expect(name == secret.personalBucket(of: "account:ada"))
    #expect(name != secret.personalBucket(of: "account:bob") && name != other.personalBucket(of: "account:ada"))
  }
}
