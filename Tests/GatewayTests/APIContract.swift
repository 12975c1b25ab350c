import Content
import Foundation
import Identity
import Logging
import Model
import Schema
import Synchronization
import Testing

@testable import Gateway

/// Holds every answer of the management API that a test sees against the API's own description.
///
/// Objects are closed for that: an answer must not have a member that the description does not name.
final class APIContract: Sendable {
  static let shared = APIContract()

  let routes: [APIRoute]
  /// As a client gets it.
  let document: JSONValue
  private let closed: JSONValue
  private let schemas = Mutex<[JSONValue: JSONSchema]>([:])

  private init() {
    let store = MemoryStore()
    let clock = ManualWallClock()
    let secret = try? ServerSecret(bytes: [UInt8](repeating: 1, count: ServerSecret.length))
    let keys = secret.map { KeyRing(store: store, secret: $0, clock: clock) }
    let bundles = try? BundleStore(
      folder: FileManager.default.temporaryDirectory.path + "/grapnel-contract-\(UUID().uuidString)")
    routes =
      zip([keys].compactMap(\.self), [bundles].compactMap(\.self)).map { keys, bundles in
        GatewayResponder(
          services: GatewayServices(
            store: store, keys: keys, variables: Variables(store: store, sealing: PlainSealing(), clock: clock),
            runs: FakeRuns(store: store),
            deployer: HookDeployer(store: store, bundles: bundles, runtimes: SomeRuntimes(), clock: clock),
            clock: clock, version: "1",
            logger: Logger(label: "test")), configuration: GatewayConfiguration()
        ).api.routes
      }.first ?? []
    if let bundles { rmdir(bundles.folder) }
    document = OpenAPIDocument(routes: routes, version: "1").value
    closed = Self.close(document)
  }

  /// Records an issue unless `response` is what the description says about `target`. Other addresses are hooks'.
  func check(_ response: RawResponse, to method: String, _ target: String) {
    guard let target = try? RequestTarget(target),
      ["api", "healthz", "metrics"].contains(target.name(at: 0)),
      let route = routes.first(where: { $0.match(target) != nil && $0.method == method })
    else { return }
    let row = "\(route.method) \(route.path)"
    guard response.status < 500 else { return }
    let responses = closed["paths"]?[route.path]?[route.method.lowercased()]?["responses"]
    guard var described = responses?["\(response.status)"] else {
      Issue.record("\(row) answered \(response.status), which its row in ManagementAPI+Routes.swift does not name")
      return
    }
    if described["$ref"] != nil, let error = closed["components"]?["responses"]?["Error"] { described = error }
    let type = response.header("content-type")
    guard let content = described["content"]?.objectValue else {
      if type != nil || !response.body.isEmpty { Issue.record("\(row) answered \(response.status) with a body") }
      return
    }
    guard let type, let schema = content[type]?["schema"] else {
      Issue.record("\(row) answered with \(type ?? "no type"), not with \(content.keys.sorted())")
      return
    }
    guard type == "application/json" else { return }
    do {
      _ = try compiled(schema).validate(try response.json())
    } catch {
      Issue.record(
        """
        \(row) answered \(response.status) with what its description does not admit: \(error)
        Describe it in APIShape+Components.swift or in the row. The answer: \(response.text)
        """)
    }
  }

  /// A schema of the document, references and all.
  func compiled(_ schema: JSONValue) throws -> JSONSchema {
    if let known = schemas.withLock({ $0[schema] }) { return known }
    var members = schema.objectValue ?? [:]
    members["$defs"] = closed["components"]?["schemas"]
    let text = JSONValue.object(members).serialized.replacing("#/components/schemas/", with: "#/$defs/")
    let compiled = try JSONSchema(try JSONValue(parsing: text))
    schemas.withLock { $0[schema] = compiled }
    return compiled
  }

  private static func close(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map(close))
    case .object(var members):
      members = members.mapValues(close)
      if members["type"] == "object", members["properties"] != nil, members["additionalProperties"] == nil {
        members["additionalProperties"] = false
      }
      return .object(members)
    default: return value
    }
  }
}
