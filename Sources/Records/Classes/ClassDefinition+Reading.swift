public import Model

extension ClassDefinition {
  /// How many fields a class declares at most.
  public static let fieldsMax = 100
  /// How many of them are indexed or unique at most.
  public static let indexedMax = 16

  /// What the data of a collection declare: its members `fields`, `id_type` (or `id`, with a `type` in it) and
  /// `calc_order`; `nil` if they declare no fields.
  ///
  /// - Throws: `DataRefusal` `invalid`, with the places of all that is wrong, such as `data.fields.2.ref.class`.
  public init?(reading metadata: JSONValue) throws {
    guard let list = metadata["fields"], list != .null else { return nil }
    var reader = ClassReader()
    let definition = reader.definition(of: metadata, list)
    guard reader.faults.isEmpty else { throw DataRefusal.invalid(reader.faults) }
    self = definition
  }

  /// The field that is called so in what is stored.
  public func field(named name: String) -> ClassField? { fields.first { $0.name == name } }

  /// The field that is called so outside.
  public func field(labelled label: String) -> ClassField? { fields.first { $0.externalName == label } }
}

extension ClassField {
  /// What it is called outside.
  public var externalName: String { label ?? name }
}
