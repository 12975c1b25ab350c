import Foundation
import Model
import Testing

@testable import Identity

@Suite final class SealingKeyTests {
  private let folder: String
  private let plain = Array("sk_live_Zoë".utf8)
  private let context = Array("here".utf8)

  init() throws {
    folder = NSTemporaryDirectory() + "grapnel-sealing-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  private var file: String { folder + "/" + SealingKey.fileName }

  @Test func theKeyIsMadeWhenSomethingIsSealedForItsOwnerOnly() throws {
    let key = try SealingKey(dataFolder: folder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    let sealed = try key.seal(plain, context: context, mayMakeKey: true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [SealingKey.fileName])
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)).count == SealingKey.length)
    #expect(try SealingKey(dataFolder: folder).open(sealed, context: context) == plain)
  }

  @Test func whatIsSealedTellsNothing() throws {
    let key = try SealingKey(dataFolder: folder)
    let (first, second) = (
      try key.seal(plain, context: context, mayMakeKey: true), try key.seal(plain, context: context, mayMakeKey: true)
    )
    #expect(first != second)
    #expect(!Data(first).contains(Data(plain)))
  }

  @Test func itOpensOnlyWhereItBelongsAndAsItWasSealed() throws {
    let key = try SealingKey(dataFolder: folder)
    let sealed = try key.seal(plain, context: context, mayMakeKey: true)
    #expect(throws: Problem.self) { try key.open(sealed, context: Array("there".utf8)) }
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(throws: Problem.self) { try key.open(changed, context: context) }
    }
    for length in 0..<sealed.count {
      #expect(throws: Problem.self) { try key.open(Array(sealed.prefix(length)), context: context) }
    }
  }

  @Test func aLostKeyIsSaidAndNotReplaced() throws {
    let sealed = try SealingKey(dataFolder: folder).seal(plain, context: context, mayMakeKey: true)
    try FileManager.default.removeItem(atPath: file)
    let key = try SealingKey(dataFolder: folder)
    let opening = #expect(throws: Problem.self) { try key.open(sealed, context: context) }
    #expect(opening?.code == .unavailable && opening?.message.contains(SealingKey.fileName) == true)
    #expect(throws: Problem.self) { try key.seal(plain, context: context, mayMakeKey: false) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    // Once nothing is sealed any more, a new key may be made; it opens nothing of the old one, and says why.
    _ = try key.seal(plain, context: context, mayMakeKey: true)
    let other = #expect(throws: Problem.self) { try key.open(sealed, context: context) }
    #expect(other?.message.contains("another key") == true)
  }

  @Test func filesThatCannotBeTrustedAreRefused() throws {
    for (size, mode) in [(32, 0o640), (32, 0o604), (31, 0o600), (33, 0o600), (0, 0o600)] {
      try Data(repeating: 1, count: size).write(to: URL(fileURLWithPath: file))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
      #expect(throws: Problem.self) { try SealingKey(dataFolder: folder) }
    }
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/etc/hostname")
    #expect(throws: Problem.self) { try SealingKey(dataFolder: folder) }
  }

  @Test func serversThatSealAtOnceUseOneKey() async throws {
    let (folder, plain, context) = (folder, plain, context)
    let sealed = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<16 {
        group.addTask { try SealingKey(dataFolder: folder).seal(plain, context: context, mayMakeKey: true) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let key = try SealingKey(dataFolder: folder)
    for each in sealed { #expect(try key.open(each, context: context) == plain) }
  }
}
