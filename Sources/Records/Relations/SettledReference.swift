import Model

/// What a reference field of a record is after a request.
struct SettledReference {
  /// Its name in what is stored.
  let field: String
  /// The id, or an array of ids; `nil` for no id. What many lead to is found by the links, and not stored in the record.
  let value: JSONValue?
  let isMany: Bool
  let isChanged: Bool
}
