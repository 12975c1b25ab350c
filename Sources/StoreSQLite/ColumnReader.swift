import Foundation
import GRDB
import Model

/// Reads the columns of a row from left to right, in the order in which the query names them.
struct ColumnReader {
  private let row: Row
  private var index = 0

  init(_ row: Row) {
    self.row = row
  }

  mutating func optional<Value: DatabaseValueConvertible>(_: Value.Type = Value.self) throws -> Value? {
    defer { index += 1 }
    let stored: DatabaseValue = row[index]
    guard !stored.isNull else { return nil }
    guard let value = Value.fromDatabaseValue(stored) else { throw unreadable }
    return value
  }

  mutating func next<Value: DatabaseValueConvertible>(_: Value.Type = Value.self) throws -> Value {
    guard let value = try optional(Value.self) else { throw unreadable }
    return value
  }

  mutating func id<Entity>(_: Entity.Type = Entity.self) throws -> ID<Entity> {
    guard let id = ID<Entity>(try next(String.self)) else { throw unreadable }
    return id
  }

  mutating func optionalID<Entity>(_: Entity.Type = Entity.self) throws -> ID<Entity>? {
    guard let text = try optional(String.self) else { return nil }
    guard let id = ID<Entity>(text) else { throw unreadable }
    return id
  }

  mutating func time() throws -> Timestamp { Timestamp(microseconds: try next()) }

  mutating func optionalTime() throws -> Timestamp? { try optional().map(Timestamp.init(microseconds:)) }

  mutating func word<Word: RawRepresentable<String>>(_: Word.Type = Word.self) throws -> Word {
    guard let word = Word(rawValue: try next(String.self)) else { throw unreadable }
    return word
  }

  mutating func bytes() throws -> [UInt8] { Array(try next(Data.self)) }

  mutating func optionalBytes() throws -> [UInt8]? { try optional(Data.self).map(Array.init) }

  mutating func json() throws -> JSONValue { try JSONValue(parsing: next(String.self)) }

  mutating func optionalJSON() throws -> JSONValue? { try optional(String.self).map { try JSONValue(parsing: $0) } }

  /// A column that holds the JSON text of a `Codable` value.
  mutating func optionalCoded<Value: Decodable>(_: Value.Type = Value.self) throws -> Value? {
    guard let text = try optional(String.self) else { return nil }
    return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  private var unreadable: Problem {
    let names = Array(row.columnNames)
    let name = names.indices.contains(index - 1) ? names[index - 1] : "?"
    return Problem(.internal, "the store holds something in \(name) that this version cannot read")
  }
}
