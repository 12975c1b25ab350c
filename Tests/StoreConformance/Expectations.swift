import Model

/// - Throws: `ConformanceFailure` unless both are equal.
func expectEqual<Value: Equatable>(
  _ found: Value, _ expected: Value, _ about: @autoclosure () -> String = "", file: String = #fileID,
  line: Int = #line
) throws {
  guard found == expected else {
    throw ConformanceFailure(message: "found \(found), expected \(expected) \(about())", file: file, line: line)
  }
}

/// - Throws: `ConformanceFailure` unless `condition` holds.
func expect(_ condition: Bool, _ message: String, file: String = #fileID, line: Int = #line) throws {
  guard condition else { throw ConformanceFailure(message: message, file: file, line: line) }
}

/// - Throws: always.
func fail(_ message: String, file: String = #fileID, line: Int = #line) throws -> Never {
  throw ConformanceFailure(message: message, file: file, line: line)
}

/// - Returns: the value.
/// - Throws: `ConformanceFailure` if there is none.
func require<Value>(_ value: Value?, _ message: String, file: String = #fileID, line: Int = #line) throws -> Value {
  guard let value else { throw ConformanceFailure(message: message, file: file, line: line) }
  return value
}

/// - Throws: `ConformanceFailure` unless `body` throws a `Problem` with that code, and that field if one is given.
func expectProblem<Value>(
  _ code: Problem.Code, field: String? = nil, file: String = #fileID, line: Int = #line,
  _ body: () async throws -> Value
) async throws {
  do {
    _ = try await body()
  } catch let problem as Problem {
    try expectEqual(problem.code, code, file: file, line: line)
    if let field { try expectEqual(problem.field, field, file: file, line: line) }
    return
  } catch {
    throw ConformanceFailure(message: "threw \(error), expected a Problem", file: file, line: line)
  }
  throw ConformanceFailure(message: "threw nothing, expected a Problem \(code.rawValue)", file: file, line: line)
}
