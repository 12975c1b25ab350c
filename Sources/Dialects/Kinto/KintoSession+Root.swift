import Model
import Records
import Store

extension KintoSession {
  private static let documentation = "https://docs.kinto-storage.org/"

  /// What the server says of itself, and of who asks.
  func root(_ request: KintoRequest) throws -> [UInt8] {
    var root: [String: JSONValue] = [
      "project_name": "grapnel", "project_version": .string(configuration.version), "http_api_version": "1.23",
      "project_docs": .string(Self.documentation), "url": .string(request.call.base + "/"), "config": .null,
      "settings": [
        "readonly": .bool(service.configuration.isReadOnly),
        "batch_max_requests": .int(Int64(KintoConfiguration.batchMax)),
        "explicit_permissions": true,
      ],
      "capabilities": .object(capabilities),
    ]
    if let user = request.requester.user {
      root["user"] = [
        "id": .string(user), "principals": .array(try session.principals.names.map { .string($0) }),
        "bucket": .string(service.configuration.personalBucket(user)),
      ]
    }
    return JSONValue.object(root).serializedBytes
  }

  private var capabilities: [String: JSONValue] {
    func capability(_ text: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
      .object(["description": .string(text), "url": .string(Self.documentation)].merging(more) { $1 })
    }
    var capabilities = [
      "accounts": capability("Manage user accounts.", ["validation_enabled": false]),
      "default_bucket": capability("The default bucket is an alias for a personal bucket of whoever asks."),
      "permissions_endpoint": capability("The permissions endpoint lists what is shared with whoever asks."),
    ]
    if configuration.basicAuthSecret != nil {
      capabilities["basicauth"] = capability("Any name and password are somebody. Only for tests.")
    }
    if service.configuration.mayBeFlushed {
      capabilities["flush_endpoint"] = capability("The __flush__ endpoint removes everything. Only for tests.")
    }
    if service.configuration.keepsHistory {
      capabilities["history"] = capability("Track changes on data.")
    }
    if service.configuration.checksSchemas {
      capabilities["schema"] = capability("Validates collection records with JSON schemas.")
    }
    return capabilities
  }
}
