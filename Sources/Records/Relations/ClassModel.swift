import Model
import Store

/// A class as it is in one state of the data side, with what its fields refer to.
struct ClassModel {
  let recordClass: StoredObject
  /// `nil` if it declares no fields.
  let definition: ClassDefinition?
  let references: [ReferenceField]
  /// `nil` if it declares no fields.
  let rules: FieldRules?

  var row: Int64 { recordClass.row }
  var hasReferences: Bool { !references.isEmpty }

  /// The references that whoever asks may know.
  var shown: [ReferenceField] { references.filter { !$0.field.isHidden || rules?.isInside == true } }

  /// The field that shows a relation on one of its ends.
  func reference(to relation: Int64, at end: Relation.End) -> ReferenceField? {
    references.first { $0.relation?.row == relation && ($0.end == end || $0.relation?.isSymmetric == true) }
  }

  /// One that whoever asks may know under that name.
  func reference(named name: String) -> ReferenceField? { shown.first { $0.name == name } }

  func reference(ofField field: String) -> ReferenceField? { references.first { $0.field.name == field } }

  /// A record's id as its data, and references to it, have it.
  func identifier(_ name: String) -> JSONValue { definition?.identifier(name) ?? .string(name) }
}
