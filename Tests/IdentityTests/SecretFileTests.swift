import Foundation
import Model
import Testing

@testable import Identity

@Suite final class SecretFileTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "grapnel-identity-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.posixPermissions] as? Int
  }

  private func ring(_ store: FakeKeyStore) throws -> KeyRing {
    KeyRing(store: store, secret: try ServerSecret(dataFolder: folder), clock: ManualWallClock())
  }

  @Test func serverSecretIsMadeOnceForItsOwnerOnly() throws {
    let first = try ServerSecret(dataFolder: folder)
    #expect(try ServerSecret(dataFolder: folder).bytes == first.bytes)
    #expect(first.bytes.count == 32)
    #expect(try mode("server.secret") == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["server.secret"], "no drafts are left")
  }

  @Test func serversThatStartAtOnceAgree() async throws {
    let folder = folder
    let secrets = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<16 { group.addTask { try ServerSecret(dataFolder: folder).bytes } }
      return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
    }
    #expect(secrets.count == 1)
  }

  @Test(arguments: [0o640, 0o604, 0o644, 0o660])
  func filesThatOthersMayUseAreRefused(_ mode: Int) throws {
    _ = try ServerSecret(dataFolder: folder)
    let path = folder + "/server.secret"
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    let problem = #expect(throws: Problem.self) { _ = try ServerSecret(dataFolder: folder) }
    #expect(problem?.hint?.contains("chmod 600") == true)
  }

  @Test func filesThatAreNoneAreRefused() throws {
    let path = folder + "/server.secret"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(throws: Problem.self) { _ = try ServerSecret(dataFolder: folder) }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/hostname")
    #expect(throws: Problem.self) { _ = try ServerSecret(dataFolder: folder) }
    try FileManager.default.removeItem(atPath: path)
    for size in [0, 31, 33] {
      try Data(repeating: 1, count: size).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      #expect(throws: Problem.self) { _ = try ServerSecret(dataFolder: folder) }
    }
    #expect(throws: Problem.self) { _ = try ServerSecret(dataFolder: folder + "/missing") }
  }

  @Test func adminKeyIsMadeKeptAndReplaced() async throws {
    let store = FakeKeyStore()
    let ring = try ring(store)
    let file = AdminKeyFile(dataFolder: folder)
    #expect(try await file.ensure(ring) == .created)
    #expect(try mode("admin.key") == 0o600)
    let secret = try #require(try file.read())
    #expect(try String(contentsOfFile: file.path, encoding: .utf8) == secret + "\n")
    #expect(try await ring.authenticate(secret)?.mayOnHost(.admin) == true)

    #expect(try await file.ensure(ring) == .present)
    #expect(try file.read() == secret)

    try FileManager.default.removeItem(atPath: file.path)
    #expect(try await file.ensure(ring) == .replaced)
    #expect(try file.read() != secret)
    #expect(store.all.count == 2)
  }

  @Test func adminKeyOfAnotherStoreIsReplaced() async throws {
    let file = AdminKeyFile(dataFolder: folder)
    #expect(try await file.ensure(try ring(FakeKeyStore())) == .created)
    let store = FakeKeyStore()
    #expect(try await file.ensure(try ring(store)) == .created)
    #expect(store.all.count == 1)
  }

  @Test func aWeakKeyInTheFileIsNoAdminKey() async throws {
    let store = FakeKeyStore()
    let ring = try ring(store)
    let secret = try await ring.create(name: "viewer", role: .viewer).secret
    let file = AdminKeyFile(dataFolder: folder)
    try Data((secret + "\n").utf8).write(to: URL(fileURLWithPath: file.path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    #expect(try await file.ensure(ring) == .replaced)
  }
}
