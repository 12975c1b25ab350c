import HTTPTypes
import Model

/// One request, be it sent alone or as a part of a batch.
struct KintoCall: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    /// A part of a batch is read already.
    case value(JSONValue)
  }

  var method: String
  /// With the version, as it was written.
  var path: String
  var query: String
  var headers: HTTPFields
  var body = Body.bytes([])
  var scheme: String
  var authority: String

  /// Whether only the head of the answer is wanted.
  var isHead: Bool { method == "HEAD" }
  var isRead: Bool { method == "GET" || method == "HEAD" }
  var takesBody: Bool { method == "PUT" || method == "POST" || method == "PATCH" }

  /// The media type of the body in lower case, without parameters; `nil` if the request says none.
  var mediaType: String? {
    headers[.contentType].map { type in
      type.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    }
  }

  /// The address of the protocol's root without a slash at its end.
  var base: String { "\(scheme)://\(authority)\(KintoRoute.prefix)" }
}
