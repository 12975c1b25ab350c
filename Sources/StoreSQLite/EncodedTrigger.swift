import Foundation
import GRDB
import Model

extension Trigger {
  /// The columns that `init(_:)` reads, of what `tables` names.
  static let columns = """
    t.id, t.instance, t.serial, t.hook, h.name, t.name, t.origin, t.definition, t.is_enabled, t.created_at, \
    t.updated_at, t.revision
    """

  /// In this order, so that the order and the bounds of a list are those of an index of `triggers`.
  static let tables = "triggers t CROSS JOIN hooks h ON h.id = t.hook"

  init(_ columns: inout ColumnReader) throws {
    self.init(
      id: try columns.id(), instance: try columns.id(), serial: try columns.next(), hook: try columns.id(),
      hookName: try columns.next(), name: try columns.next(), origin: try columns.word(),
      definition: try TriggerDefinition(stored: columns.next()), isEnabled: try columns.next(),
      createdAt: try columns.time(), updatedAt: try columns.time(), revision: try columns.next())
  }
}

extension TriggerDefinition {
  /// Its JSON text.
  var stored: String { JSONValue.object(members).serialized }

  init(stored text: String) throws {
    guard let members = try JSONValue(parsing: text).objectValue else {
      throw Problem(.internal, "the store holds a trigger that this version cannot read")
    }
    try self.init(members)
  }

  /// As it is read back, where 1.0 and 1 are the same: what two of them are compared by.
  var asStored: TriggerDefinition { get throws { try TriggerDefinition(stored: stored) } }
}
