import Model

// Written by hand because JSONEncoder takes several times as long, and these are written for every run. They are read
// back through `Codable`, whose member names they share.

extension RunRequest {
  /// The request as its `Codable` form would write it.
  var stored: JSONValue {
    var members: [String: JSONValue] = [
      "method": .string(method), "path": .string(path), "query": .string(query),
      "headers": .object(headers.mapValues { .string($0) }),
    ]
    if let contentType { members["content_type"] = .string(contentType) }
    if let remoteAddress { members["remote_address"] = .string(remoteAddress) }
    if let traceparent { members["traceparent"] = .string(traceparent) }
    return .object(members)
  }
}

extension RunResponse {
  /// The head as its `Codable` form would write it.
  var stored: JSONValue {
    let list = { (fields: [HeaderField]) in
      JSONValue.array(fields.map { ["name": .string($0.name), "value": .string($0.value)] })
    }
    return ["status": .int(Int64(status)), "headers": list(headers), "trailers": list(trailers)]
  }
}

extension RunFailure {
  /// The failure as its `Codable` form would write it.
  var stored: JSONValue {
    var members: [String: JSONValue] = ["reason": .string(reason), "message": .string(message)]
    if let setting { members["setting"] = .string(setting) }
    if let exception { members["exception"] = .string(exception) }
    if let traceback { members["traceback"] = .string(traceback) }
    if let actor { members["actor"] = .string(actor) }
    return .object(members)
  }
}
