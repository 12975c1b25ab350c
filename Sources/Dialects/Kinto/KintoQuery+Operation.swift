import Model
import Store

extension KintoQuery {
  /// What the name of a filter begins with.
  enum Operation: String, CaseIterable {
    case equal = "eq"
    case not
    case greater = "gt"
    case atLeast = "min"
    case less = "lt"
    case atMost = "max"
    case `in`
    case exclude
    case has
    case like
    case containsAny = "contains_any"
    case contains

    /// - Returns: the operation and the name of the field; a name without one means equality.
    static func split(_ name: String) -> (Operation, String) {
      // The longer of two that begin alike comes first.
      for operation in allCases where name.hasPrefix(operation.rawValue) {
        let rest = name.dropFirst(operation.rawValue.count)
        guard rest.first == "_", rest.utf8.count > 1 else { continue }
        let field = rest.dropFirst()
        if field.utf8.allSatisfy(isNameByte) { return (operation, String(field)) }
      }
      return (.equal, name)
    }

    /// Letters, digits, `_` and `.`; beyond ASCII all are taken for letters.
    static func isNameByte(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), 0x80...:
        true
      default: false
      }
    }

    func comparison(_ value: JSONValue) -> FieldFilter.Test {
      switch self {
      case .not: .notEqual(value)
      case .greater: .greater(value)
      case .atLeast: .atLeast(value)
      case .less: .less(value)
      case .atMost: .atMost(value)
      default: .equal(value)
      }
    }
  }
}
