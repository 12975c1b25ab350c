import Model
import Records
import Store

extension Problem {
  /// The refusal for whoever has no other way to say it.
  init(_ refusal: DataRefusal) {
    switch refusal {
    case .unauthenticated: self.init(.unauthenticated, "not without credentials")
    case .forbidden: self.init(.forbidden, "not allowed")
    case .notFound(.record, let name): self.init(.notFound, "there is no record \(name)", field: "id")
    case .notFound(_, let name): self.init(.notFound, "there is no \(name)")
    case .parentNotFound(.recordClass, let name): self.init(.notFound, "there is no class \(name)", field: "class")
    case .parentNotFound(_, let name): self.init(.notFound, "there is no \(name)")
    case .unchanged: self.init(.conflict, "it has not changed")
    case .preconditionFailed(timestamp: _, existing: nil): self.init(.conflict, "it is not there any more")
    case .preconditionFailed(timestamp: let moment, existing: .some):
      self.init(.conflict, "it is there already, or was changed meanwhile", rule: "last_modified is \(moment)")
    case .invalid(let faults):
      let first = faults.first
      self.init(.invalid, first?.text ?? "the request cannot be used", field: first?.name)
    case .conflicting(let faults):
      let first = faults.first
      self.init(.conflict, first?.text ?? "the request contradicts itself", field: first?.name)
    case .conflict(let text): self.init(.conflict, text)
    case .declined(let decline):
      let code: Code =
        switch decline.kind {
        case .invalid: .invalid
        case .forbidden: .forbidden
        case .conflict: .conflict
        }
      self.init(code, decline.text, field: decline.field)
    case .taken(let field, let other):
      self.init(
        .conflict, "another record has this value", field: field.map { "data.\($0)" },
        rule: other.map { "the record \($0) has it" })
    }
  }
}
