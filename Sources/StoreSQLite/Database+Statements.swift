import Foundation
import GRDB
import Model

extension Database {
  /// Runs a statement that this connection keeps prepared.
  ///
  /// - Returns: how many rows it changed.
  @discardableResult
  func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws -> Int {
    try cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
    return changesCount
  }

  /// The first column of the first row; `nil` if there is no row or it is NULL.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ sql: String, _ arguments: [(any DatabaseValueConvertible)?]
  ) throws -> Value? {
    try Value.fetchOne(cachedStatement(sql: sql), arguments: StatementArguments(arguments))
  }

  /// All rows, each read by `decode`.
  func rows<Value>(
    _ sql: String, _ arguments: [(any DatabaseValueConvertible)?], _ decode: (inout ColumnReader) throws -> Value
  ) throws -> [Value] {
    let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    var values: [Value] = []
    while let row = try cursor.next() {
      var columns = ColumnReader(row)
      values.append(try decode(&columns))
    }
    return values
  }

  /// The next number of a kind of thing within `scope`, from 1 without gaps: what rolls back gives its number back.
  func nextSerial(of kind: String, in scope: String) throws -> Int64 {
    try run(
      """
      INSERT INTO serials (scope, kind, last) VALUES (?, ?, 1)
      ON CONFLICT (scope, kind) DO UPDATE SET last = last + 1
      """, [scope, kind])
    let serial: Int64? = try value("SELECT last FROM serials WHERE scope = ? AND kind = ?", [scope, kind])
    guard let serial else { throw Problem(.internal, "a serial number that was just made is not there") }
    return serial
  }
}
