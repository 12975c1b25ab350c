import GRDB

/// What SQLite takes as an argument.
typealias SQLValue = DatabaseValueConvertible

/// A piece of a statement with the arguments of its places, in their order.
struct SQLPart {
  var sql: String
  var arguments: [(any DatabaseValueConvertible)?]

  init(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = []) {
    self.sql = sql
    self.arguments = arguments
  }

  static func truth(_ isTrue: Bool) -> SQLPart { SQLPart(isTrue ? "1" : "0") }

  static func + (first: SQLPart, second: SQLPart) -> SQLPart {
    SQLPart(first.sql + second.sql, first.arguments + second.arguments)
  }

  static func += (first: inout SQLPart, second: SQLPart) { first = first + second }

  static func joined(_ parts: [SQLPart], by separator: String) -> SQLPart {
    SQLPart(parts.map(\.sql).joined(separator: separator), parts.flatMap(\.arguments))
  }
}
