import HTTPTypes
import HummingbirdCore
import Model

/// One request, and what is known of who sent it.
struct Exchange: Sendable {
  let method: String
  let target: RequestTarget
  let headers: HTTPFields
  let authority: String?
  /// Of the caller, or of the proxy in front of it, unless that is trusted to name the caller.
  let remoteAddress: String?
  let body: RequestBodyReader
  let watch: CallerWatch
  let trace: TraceContext
  /// What the limits that it met say of themselves.
  let rates = RateNotes()

  func header(_ name: String) -> String? {
    HTTPField.Name(name).flatMap { headers[$0] }
  }

  /// The media type of the body in lower case, without parameters.
  var mediaType: String? {
    headers[.contentType].map { type in
      type.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    }
  }

  /// What `Authorization: Bearer` holds; `nil` if there is no such header, or it is of another kind.
  var bearer: String? {
    guard let value = headers[.authorization] else { return nil }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return parts[1].trimmingPrefix { $0 == " " }.description
  }
}
