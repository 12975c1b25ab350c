import HTTPTypes
import Model

/// The headers of the protocol.
enum KintoHeaders {
  static let alert = HTTPField.Name("Alert")!
  static let contentSecurityPolicy = HTTPField.Name("Content-Security-Policy")!
  static let nextPage = HTTPField.Name("Next-Page")!
  static let responseBehavior = HTTPField.Name("Response-Behavior")!
  static let totalObjects = HTTPField.Name("Total-Objects")!
  static let totalRecords = HTTPField.Name("Total-Records")!
  static let nosniff = HTTPField.Name("X-Content-Type-Options")!
  static let pragma = HTTPField.Name("Pragma")!
  static let exposeHeaders = HTTPField.Name("Access-Control-Expose-Headers")!
  static let allowHeaders = HTTPField.Name("Access-Control-Allow-Headers")!
  static let allowMethods = HTTPField.Name("Access-Control-Allow-Methods")!
  static let allowOrigin = HTTPField.Name("Access-Control-Allow-Origin")!
  static let maxAge = HTTPField.Name("Access-Control-Max-Age")!
  static let requestHeaders = HTTPField.Name("Access-Control-Request-Headers")!
  static let requestMethod = HTTPField.Name("Access-Control-Request-Method")!

  static let policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none';"
  static let exposed = "Backoff, Retry-After, Alert, Content-Length, Content-Type"
  static let exposedOfObject = "ETag, Last-Modified, Cache-Control, Expires, Pragma"
  static let exposedOfList = exposedOfObject + ", Next-Page"
  static let exposedOfCount = exposedOfObject + ", Total-Objects, Total-Records"

  static let uncached = "no-cache, no-store"

  /// What an answer has that is about one state of an object or a list.
  ///
  /// - Parameter version: what tells it apart from other states, where that is not the moment.
  static func state(_ timestamp: Int64, version: Int64? = nil) -> HTTPFields {
    var fields = HTTPFields()
    fields[.eTag] = "\"\(version ?? timestamp)\""
    fields[.lastModified] = DateText.http(milliseconds: timestamp)
    return fields
  }
}
