import Model
import Synchronization

/// What the texts of stored definitions mean. Whoever claims slots reads the same few again and again.
final class ScheduleDefinitionTexts: Sendable {
  /// How many are remembered, and the longest of them in bytes; beyond, all are forgotten and read again.
  private static let (capacity, longest) = (4096, 2048)

  private let known = Mutex<[String: ScheduleDefinition]>([:])

  func definition(_ text: String) throws -> ScheduleDefinition {
    if let definition = known.withLock({ $0[text] }) { return definition }
    let definition = try ScheduleDefinition(stored: text)
    guard text.utf8.count <= Self.longest else { return definition }
    known.withLock { known in
      if known.count >= Self.capacity { known.removeAll() }
      known[text] = definition
    }
    return definition
  }
}

extension ScheduleDefinition {
  /// The text that `init(stored:)` reads. Equal definitions have equal texts.
  var stored: String { JSONValue.object(members).serialized }

  init(stored text: String) throws {
    try self.init(JSONValue(parsing: text).objectValue ?? [:])
  }
}
