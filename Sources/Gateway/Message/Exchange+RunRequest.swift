import HTTPTypes
import Model

extension Exchange {
  /// Between two neighbours only, so not for a run's eyes.
  private static let hopByHop: Set<String> = [
    "connection", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
  ]

  /// The request as a run may see it and a trace may keep it, without anything that may be a credential.
  func runRequest(path: String, query: String) -> RunRequest {
    var visible: [String: String] = [:]
    for field in headers {
      let name = field.name.canonicalName
      guard !Self.hopByHop.contains(name), !HeaderField.mayBeCredential(name) else { continue }
      visible[name] = visible[name].map { "\($0), \(field.value)" } ?? field.value
    }
    if let authority { visible["host"] = authority }
    return RunRequest(
      method: method, path: path, query: query, contentType: headers[.contentType], headers: visible,
      remoteAddress: remoteAddress, traceparent: trace.text)
  }
}
