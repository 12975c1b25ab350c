import Model

/// What somebody wants of a field that only a hook can say yes to.
struct FieldWish {
  enum Kind: Equatable {
    /// The setter of a computed field makes other fields of the value.
    case set(hook: String)
    /// The hook says whether it may be changed.
    case change(hook: String)
  }

  var kind: Kind
  var field: ClassField
  var value: JSONValue
}
