import Model

/// The table of the management API as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html).
struct OpenAPIDocument: Sendable {
  let value: JSONValue

  init(routes: [APIRoute], version: String) {
    var paths: [String: [String: JSONValue]] = [:]
    for route in routes { paths[route.path, default: [:]][route.method.lowercased()] = Self.operation(route) }
    paths.merge(Self.runDoor) { own, _ in own }
    value = [
      "openapi": "3.1.1",
      "info": [
        "title": "Grapnel", "version": .string(version),
        "description": "Hooks, their runs and their logs. Members and answers may be added in any version.",
      ],
      "servers": [["url": "/"]],
      "paths": .object(paths.mapValues(JSONValue.object)),
      "components": [
        "schemas": .object(APIShape.components.mapValues(\.schema)),
        "securitySchemes": ["key": ["type": "http", "scheme": "bearer", "description": "The secret of a key."]],
        "responses": [
          "Error": [
            "description": "What was wrong. Decide by its code.",
            "content": ["application/json": ["schema": APIShape.error.schema]],
          ]
        ],
      ],
    ]
  }

  private static let error: JSONValue = ["$ref": "#/components/responses/Error"]

  private static func operation(_ route: APIRoute) -> JSONValue {
    var operation: [String: JSONValue] = [
      "operationId": .string(route.operation), "summary": .string(route.summary),
      "tags": [.string(tag(route.path))], "security": [],
    ]
    if let role = route.role {
      operation["security"] = [["key": []]]
      operation["x-grapnel-role"] = .string(role.rawValue)
    }
    if case .events(let kinds) = route.trail {
      operation["x-grapnel-events"] = .array(kinds.map(JSONValue.string))
    }
    let parameters =
      route.pathNames.map { parameter(.path($0), in: "path") } + route.parameters.map { parameter($0, in: "query") }
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    if let body = route.body {
      operation["requestBody"] = [
        "required": .bool(body.isRequired),
        "content": .object([body.contentType: ["schema": body.shape.schema]]),
      ]
    }
    var responses: [String: JSONValue] = ["default": error]
    for status in route.errors { responses["\(status)"] = error }
    for answer in route.answers {
      var response: [String: JSONValue] = ["description": .string(answer.description)]
      if let type = answer.contentType {
        response["content"] = .object([type: ["schema": answer.shape.schema]])
      }
      responses["\(answer.status)"] = .object(response)
    }
    operation["responses"] = .object(responses)
    return .object(operation)
  }

  private static func parameter(_ parameter: APIParameter, in place: String) -> JSONValue {
    [
      "name": .string(parameter.name), "in": .string(place), "required": .bool(place == "path"),
      "schema": parameter.shape.schema, "description": .string(parameter.description),
    ]
  }

  /// What the path is about: `/api/v1/hooks/{name}/runs` about hooks, `/healthz` about the server.
  private static func tag(_ path: String) -> String {
    let segments = path.split(separator: "/")
    guard segments.count > 2, segments[0] == "api", segments[2] != "version", segments[2] != "openapi.json" else {
      return "server"
    }
    return String(segments[2])
  }

  /// The run door. What a hook takes and answers is the hook's own affair.
  private static let runDoor: [String: [String: JSONValue]] = {
    var paths: [String: [String: JSONValue]] = [:]
    for (path, suffix) in [("/{instance}/{hook}", ""), ("/{instance}/{hook}/{rest}", "Below")] {
      for method in ["Get", "Post", "Put", "Patch", "Delete"] {
        let route = APIRoute(
          method.uppercased(), path, "call\(suffix)With\(method)",
          "Runs a hook\(suffix.isEmpty ? "" : "; the rest of the path is its PATH_INFO").",
          query: [APIParameter("_async", .text, "1 or true: answer as soon as the run is on the disk.")],
          body: ["Get", "Delete"].contains(method) ? nil : .bytes("*/*"), answers: [.accepted(.trace)],
          errors: [.methodNotAllowed, .conflict, .tooLarge, .tooMany], .key(.invoker) { _, _ in .nothing })
        guard case .object(var operation) = Self.operation(route), var responses = operation["responses"]?.objectValue
        else { continue }
        responses["default"] = [
          "description": "What the hook answers, or an Error of the server.", "content": ["*/*": [:]],
        ]
        operation["responses"] = .object(responses)
        operation["tags"] = ["hooks"]
        // A public hook takes no key.
        operation["security"] = [["key": []], [:]]
        if case .object(var body)? = operation["requestBody"] {
          body["required"] = false
          operation["requestBody"] = .object(body)
        }
        paths[path, default: [:]][method.lowercased()] = .object(operation)
      }
    }
    return paths
  }()
}
