@preconcurrency import Glibc

/// The request that started the run.
public struct Request: Sendable {
  public let method: String
  /// What follows the hook's name.
  public let path: String
  public let query: String
  public let contentType: String?
  public let contentLength: Int?
  public let remoteAddress: String?
  /// By lower-case name; credentials are never among them.
  public let headers: [String: String]

  init() {
    method = Hook.variable("REQUEST_METHOD") ?? ""
    path = Hook.variable("PATH_INFO") ?? ""
    query = Hook.variable("QUERY_STRING") ?? ""
    contentType = Hook.variable("CONTENT_TYPE")
    contentLength = Hook.variable("CONTENT_LENGTH").flatMap { Int($0) }
    remoteAddress = Hook.variable("REMOTE_ADDR")
    var headers: [String: String] = [:]
    var entry = environ
    while let variable = entry.pointee {
      let text = String(cString: variable)
      entry += 1
      guard text.hasPrefix("HTTP_"), let equals = text.firstIndex(of: "=") else { continue }
      let name = text[..<equals].dropFirst(5).lowercased().map { $0 == "_" ? "-" : $0 }
      headers[String(name)] = String(text[text.index(after: equals)...])
    }
    self.headers = headers
  }
}
