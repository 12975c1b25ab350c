import Foundation
import Model
import Store
import Testing

@testable import Identity

@Suite struct KeyRingTests {
  private let clock = ManualWallClock()

  private func ring(_ store: FakeKeyStore = FakeKeyStore(), secret byte: UInt8 = 7) throws -> KeyRing {
    KeyRing(
      store: store, secret: try ServerSecret(bytes: [UInt8](repeating: byte, count: ServerSecret.length)), clock: clock)
  }

  @Test func secretIsShownOnceAndNeverStored() async throws {
    let store = FakeKeyStore()
    let (key, secret) = try await ring(store).create(name: "ci", role: .editor)
    #expect(secret.hasPrefix("grk_") && secret.utf8.count == 44)
    #expect(secret.dropFirst(4).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    #expect(key.prefix == String(secret.prefix(10)))
    let stored = try #require(store.all.first)
    #expect(stored.hash.count == 32)
    #expect(stored.sealed == nil)
    #expect(!"\(stored)".contains(secret))
  }

  @Test func secretsUseTheWholeAlphabet() {
    let letters = Set((0..<200).flatMap { _ in KeySecret().text.dropFirst(4) })
    #expect(letters.count == 62)
    #expect(KeySecret().text != KeySecret().text)
  }

  @Test func authenticatesItsKeysOnly() async throws {
    let store = FakeKeyStore()
    let (key, secret) = try await ring(store).create(name: "ci", role: .viewer)
    #expect(try await ring(store).authenticate(secret)?.key == key)
    for wrong in ["", "grk_", String(secret.dropLast()), secret + "x", secret.lowercased() + "!", "Bearer \(secret)"] {
      #expect(try await ring(store).authenticate(wrong) == nil)
    }
    #expect(try await ring(store).authenticate(KeySecret().text) == nil)
    #expect(try await ring(store, secret: 8).authenticate(secret) == nil, "another server secret knows no key")
  }

  @Test func aStoreThatAnswersWithTheWrongKeyIsNotBelieved() async throws {
    let store = FakeKeyStore()
    _ = try await ring(store).create(name: "ci", role: .viewer)
    store.answersAnything = true
    #expect(try await ring(store).authenticate(KeySecret().text) == nil)
  }

  @Test func keysExpire() async throws {
    let store = FakeKeyStore()
    let (_, secret) = try await ring(store).create(name: "ci", role: .viewer, expiresAt: clock.now + .seconds(60))
    clock.advance(by: .seconds(59))
    #expect(try await ring(store).authenticate(secret) != nil)
    clock.advance(by: .seconds(1))
    #expect(try await ring(store).authenticate(secret) == nil)
    await #expect(throws: Problem.self) {
      _ = try await ring(store).create(name: "ci", role: .viewer, expiresAt: clock.now)
    }
  }

  @Test func removedKeysAreGone() async throws {
    let store = FakeKeyStore()
    let (key, secret) = try await ring(store).create(name: "ci", role: .viewer)
    #expect(try await ring(store).hasKeys())
    #expect(try await ring(store).remove(key.id))
    #expect(try await !ring(store).remove(key.id))
    #expect(try await ring(store).authenticate(secret) == nil)
    #expect(try await !ring(store).hasKeys())
  }

  @Test(arguments: ["", String(repeating: "n", count: 81), "two\nlines", "bell\u{7}"])
  func namesAreChecked(_ name: String) async throws {
    let problem = await #expect(throws: Problem.self) { _ = try await ring().create(name: name, role: .viewer) }
    #expect(problem?.field == "name")
  }

  @Test func rolesAndInstances() {
    let clock = ManualWallClock()
    let mine = Instance(id: ID(at: clock.now), serial: 1, name: "mine", createdAt: clock.now)
    let other = Instance(id: ID(at: clock.now), serial: 2, name: "other", createdAt: clock.now)
    for role in Role.allCases {
      let key = Key(id: ID(at: clock.now), instance: mine.id, name: "k", role: role, prefix: "", createdAt: clock.now)
      let principal = Principal(key: key)
      var hostKey = key
      hostKey.instance = nil
      let host = Principal(key: hostKey)
      for wanted in Role.allCases {
        #expect(principal.may(wanted, in: mine) == role.includes(wanted))
        #expect(!principal.may(wanted, in: other))
        #expect(!principal.mayOnHost(wanted))
        #expect(host.may(wanted, in: other) == role.includes(wanted))
        #expect(host.mayOnHost(wanted) == role.includes(wanted))
      }
    }
  }
}
