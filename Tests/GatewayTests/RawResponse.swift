import Foundation
import Model

/// What a server answered, as a client without any library sees it.
struct RawResponse: Sendable {
  var status: Int
  /// In order; names in lower case.
  var headers: [(name: String, value: String)]
  var body: [UInt8]
  var trailers: [(name: String, value: String)] = []

  var text: String { String(decoding: body, as: UTF8.self) }

  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  func json() throws -> JSONValue { try JSONValue(parsing: body) }

  func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(body))
  }

  func problem() throws -> Problem { try decoded(ProblemResource.self).error }
}
