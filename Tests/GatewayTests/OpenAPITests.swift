import Model
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct OpenAPITests {
  private var document: JSONValue { APIContract.shared.document }
  private var routes: [APIRoute] { APIContract.shared.routes }

  @Test func itIsServed() async throws {
    try await TestGateway.with { gateway in
      let answer = try await gateway.request("GET", "/api/v1/openapi.json", key: "main-invoker")
      #expect(answer.status == 200)
      #expect(try answer.json()["info"]?["version"] == "1.2.3")
      #expect(try answer.json()["paths"] == document["paths"])
    }
  }

  /// Every row is in the document, and the document has nothing else but the run door.
  @Test func itHasTheTable() {
    let paths = document["paths"]?.objectValue ?? [:]
    let described = paths.flatMap { path, item in
      (item.objectValue ?? [:]).keys.map { "\($0.uppercased()) \(path)" }
    }
    let door = described.filter { $0.contains("/{instance}/{hook}") }
    #expect(door.count == 10)
    #expect(Set(described).subtracting(door) == Set(routes.map { "\($0.method) \($0.path)" }))
    #expect(routes.count == described.count - door.count, "no row is there twice")
  }

  @Test func everyRowIsDescribed() {
    let operations = (document["paths"]?.objectValue ?? [:]).values.flatMap { ($0.objectValue ?? [:]).values }
    let names = operations.compactMap { $0["operationId"]?.stringValue }
    #expect(Set(names).count == operations.count, "operations have names of their own")
    for route in routes {
      let row = "\(route.method) \(route.path)"
      #expect(route.summary.hasSuffix("."), "\(row): a summary is a sentence")
      #expect(!route.answers.isEmpty, "\(row) answers nothing")
      #expect(Set(route.answers.map(\.status)).count == route.answers.count)
      #expect(Set(route.parameters.map(\.name)).count == route.parameters.count)
      for parameter in route.parameters + route.pathNames.map(APIParameter.path) {
        #expect(!parameter.description.isEmpty, "\(row): the parameter \(parameter.name) needs a description")
      }
    }
  }

  /// Whoever adds a row that changes something says what is to be found of it later; test_audit.py looks whether it is.
  @Test func everyChangeLeavesSomething() {
    for route in routes {
      let row = "\(route.method) \(route.path)"
      #expect((route.trail == .none) == (route.method == "GET"), "\(row) leaves \(route.trail)")
      if case .events(let kinds) = route.trail { #expect(!kinds.isEmpty, "\(row) names no event") }
    }
    #expect(
      routes.filter { $0.trail == .trace }.map(\.operation) == ["runHook", "runSchedule"], "runs are their own record")
  }

  /// Every schema can be compiled, and every named one is used.
  @Test func itsSchemas() throws {
    let text = document.serialized
    for name in APIShape.components.keys {
      _ = try APIContract.shared.compiled(APIShape.component(name).schema)
      #expect(text.contains("\"#/components/schemas/\(name)\""), "nothing has the shape \(name)")
    }
    for route in routes {
      for shape in route.answers.map(\.shape) + route.parameters.map(\.shape) + [route.body?.shape].compactMap(\.self) {
        _ = try APIContract.shared.compiled(shape.schema)
      }
    }
  }

  /// The check itself finds what is wrong.
  @Test func theContractHolds() async throws {
    let wrong = [
      ("GET", "/healthz", 200, #"{"status":"ok","more":1}"#), ("GET", "/healthz", 200, #"{"status":1}"#),
      ("GET", "/healthz", 201, #"{"status":"ok"}"#), ("GET", "/api/v1/hooks", 200, #"{"items":[{}]}"#),
      ("GET", "/api/v1/hooks", 404, #"{"error":{"code":"none","message":""}}"#),
    ]
    for (method, target, status, body) in wrong {
      withKnownIssue {
        let response = RawResponse(
          status: status, headers: [("content-type", "application/json")], body: Array(body.utf8))
        APIContract.shared.check(response, to: method, target)
      }
    }
  }
}
