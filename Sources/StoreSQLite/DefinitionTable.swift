import Foundation
import GRDB
import Model
import Synchronization

/// Definitions are written once and referred to by key, since thousands of runs have the same one.
///
/// Only committed keys are remembered, so a rollback cannot leave a wrong one behind. Rows are never changed.
final class DefinitionTable: Sendable {
  private struct Memory {
    var keys: [HookDefinition: Int64] = [:]
    var definitions: [Int64: HookDefinition] = [:]
  }

  /// How many definitions are remembered each way; beyond, all are forgotten and read again.
  private static let capacity = 4096

  private let queue: CommitQueue
  private let memory = Mutex(Memory())

  init(queue: CommitQueue) {
    self.queue = queue
  }

  /// A definition as it is read back, where 1.0 and 1 are the same: what two of them are compared by.
  func asStored(_ definition: HookDefinition) throws -> HookDefinition {
    try JSONDecoder().decode(HookDefinition.self, from: Self.encode(definition))
  }

  private static func encode(_ definition: HookDefinition) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(definition)
  }

  /// The key of a definition, which is written if it is new.
  func key(of definition: HookDefinition) async throws -> Int64 {
    if let key = memory.withLock({ $0.keys[definition] }) { return key }
    let text = String(decoding: try Self.encode(definition), as: UTF8.self)
    let key = try await queue.write(bytes: text.utf8.count) { database in try Self.key(of: text, in: database) }
    memory.withLock { memory in
      if memory.keys.count >= Self.capacity { memory.keys.removeAll() }
      memory.keys[definition] = key
    }
    return key
  }

  /// The key of a definition that is written with what refers to it, if it is new.
  func key(of definition: HookDefinition, in database: Database) throws -> Int64 {
    // What is written here may be rolled back, so it is not remembered.
    if let key = memory.withLock({ $0.keys[definition] }) { return key }
    return try Self.key(of: String(decoding: Self.encode(definition), as: UTF8.self), in: database)
  }

  private static func key(of text: String, in database: Database) throws -> Int64 {
    try database.run("INSERT INTO definitions (json) VALUES (?) ON CONFLICT (json) DO NOTHING", [text])
    guard let key: Int64 = try database.value("SELECT key FROM definitions WHERE json = ?", [text]) else {
      throw Problem(.internal, "a definition that was just stored is not there")
    }
    return key
  }

  /// The definition with that key, which some committed row refers to.
  func definition(_ key: Int64, in database: Database) throws -> HookDefinition {
    if let definition = memory.withLock({ $0.definitions[key] }) { return definition }
    guard let text: String = try database.value("SELECT json FROM definitions WHERE key = ?", [key]) else {
      throw Problem(.internal, "definition \(key) is missing from the store")
    }
    let definition = try JSONDecoder().decode(HookDefinition.self, from: Data(text.utf8))
    memory.withLock { memory in
      if memory.definitions.count >= Self.capacity { memory.definitions.removeAll() }
      memory.definitions[key] = definition
      if memory.keys.count >= Self.capacity { memory.keys.removeAll() }
      memory.keys[definition] = key
    }
    return definition
  }
}
