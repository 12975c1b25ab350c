import Model
import Schema
import Synchronization

/// Compiled parameter schemas, by the text that they were declared with: a run compiles none.
final class SchemaCache: Sendable {
  /// When so many are kept, all are dropped: a folder of hooks has few schemas, and compiling one again is cheap.
  private static let capacity = 4096

  private let schemas = Mutex<[JSONValue: JSONSchema]>([:])

  func schema(for declaration: JSONValue) throws(Problem) -> JSONSchema {
    if let known = schemas.withLock({ $0[declaration] }) { return known }
    let schema = try JSONSchema(declaration)
    schemas.withLock { schemas in
      if schemas.count >= Self.capacity { schemas.removeAll() }
      schemas[declaration] = schema
    }
    return schema
  }
}
