import Crypto
import Foundation
public import Model
public import Store
import Synchronization

/// Knows accounts by their passwords.
///
/// What is stored of a password is worked out by scrypt, which is slow on purpose. So credentials that were right are
/// remembered for half a minute, under a keyed hash, unless the account is changed meanwhile; and what asks for the same
/// at the same time is worked out once.
public final class Accounts: Sendable {
  public static let passwordBytesMax = 1024
  static let rememberedFor = Duration.seconds(30)
  static let rememberedMax = 10_000

  private struct Remembered {
    var name: String
    var until: Timestamp
  }

  private struct Check {
    var name: String
    var number: Int
    var task: Task<Bool, any Error>
  }

  private struct State {
    var remembered: [[UInt8]: Remembered] = [:]
    var checks: [[UInt8]: Check] = [:]
    var lastNumber = 0
  }

  private let store: any RecordStore
  private let secret: SymmetricKey
  private let clock: any WallClock
  private let cost: PasswordCost
  private let work = PasswordWork()
  private let state = Mutex(State())
  /// What passwords of accounts are held against that do not exist, so that they take as long.
  private let nobody: PasswordProof

  public convenience init(store: any RecordStore, secret: ServerSecret, clock: any WallClock) throws {
    try self.init(store: store, secret: secret, clock: clock, cost: .standard)
  }

  init(store: any RecordStore, secret: ServerSecret, clock: any WallClock, cost: PasswordCost) throws {
    self.store = store
    self.secret = SymmetricKey(data: secret.bytes)
    self.clock = clock
    self.cost = cost
    nobody = try PasswordProof(of: "", cost: cost)
  }

  /// What is to be stored of a password.
  ///
  /// - Parameter password: 1 to `passwordBytesMax` bytes.
  /// - Throws: `Problem` `invalid` for another length, `tooMany` if too many wait.
  public func hash(_ password: String) async throws -> String {
    guard (1...Self.passwordBytesMax).contains(password.utf8.count) else {
      throw Problem(
        .invalid, "the password cannot be used", field: "password", rule: "1 to \(Self.passwordBytesMax) bytes")
    }
    return try await work.perform { [cost] in try PasswordProof(of: password, cost: cost).text }
  }

  /// Whether there is an account `name` and this is its password.
  ///
  /// - Throws: `Problem` `tooMany` if too many wait to be checked; what the store throws.
  public func proves(name: String, password: String) async throws -> Bool {
    guard name.utf8.count <= 255, (1...Self.passwordBytesMax).contains(password.utf8.count) else { return false }
    let mark = mark(name, password)
    let now = clock.now
    let check: Check? = state.withLock { state in
      if let known = state.remembered[mark], known.until > now { return nil }
      if let check = state.checks[mark] { return check }
      state.lastNumber += 1
      let number = state.lastNumber
      let task = Task { try await self.check(name, password, mark, number) }
      let check = Check(name: name, number: number, task: task)
      state.checks[mark] = check
      return check
    }
    guard let check else { return true }
    return try await check.task.value
  }

  /// Forgets credentials that were right: the account was changed or deleted, or with `nil` all were. Checks that have
  /// begun still answer those who wait for them, and nobody else.
  public func forget(_ name: String?) {
    state.withLock { state in
      guard let name else {
        state.remembered = [:]
        state.checks = [:]
        return
      }
      state.remembered = state.remembered.filter { $0.value.name != name }
      state.checks = state.checks.filter { $0.value.name != name }
    }
  }

  private func check(_ name: String, _ password: String, _ mark: [UInt8], _ number: Int) async throws -> Bool {
    defer {
      state.withLock { state in
        if state.checks[mark]?.number == number { state.checks[mark] = nil }
      }
    }
    let stored = try await store.read { snapshot -> String? in
      guard let account = try snapshot.object(.account, name, in: 0), !account.isDeleted else { return nil }
      return try snapshot.passwordHash(of: account.row)
    }
    let proof = stored.flatMap(PasswordProof.init)
    let held = proof ?? nobody
    let fits = try await work.perform { try held.isProof(of: password) }
    guard fits, proof != nil else { return false }
    let now = clock.now
    state.withLock { state in
      // A check that was forgotten may have seen a password that is no more.
      guard state.checks[mark]?.number == number else { return }
      if state.remembered.count >= Self.rememberedMax {
        state.remembered = state.remembered.filter { $0.value.until > now }
        if state.remembered.count >= Self.rememberedMax { state.remembered = [:] }
      }
      state.remembered[mark] = Remembered(name: name, until: now + Self.rememberedFor)
    }
    return true
  }

  private func mark(_ name: String, _ password: String) -> [UInt8] {
    let message = Data("grapnel password\0\(name.utf8.count)\0\(name)\(password)".utf8)
    return Array(HMAC<SHA256>.authenticationCode(for: message, using: secret))
  }
}
