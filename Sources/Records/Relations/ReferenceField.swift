import Store

/// A field of a class that shows a relation.
struct ReferenceField {
  let field: ClassField
  let rule: ReferenceRule
  /// `nil` while the other side is not declared, or there is no such class.
  let relation: Relation?
  /// On which end the records of the class are.
  let end: Relation.End

  /// What it is called by whoever asks.
  let name: String

  /// Why it cannot be used yet.
  var pendingText: String {
    let missing = rule.inverse.map { ", or it has no field \($0) that refers back" } ?? ""
    return "\(name) is pending: there is no class \(rule.target)\(missing)"
  }
}
