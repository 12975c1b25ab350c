import HTTPTypes

/// What goes back to a client, without what all answers have.
struct KintoAnswer: Sendable {
  var status: Int
  var headers: HTTPFields = [:]
  /// JSON; empty if there is none.
  var body: [UInt8]
  /// What scripts of other origins may see beside `KintoHeaders.exposed`.
  var exposed: String?

  init(_ status: Int, headers: HTTPFields = [:], body: [UInt8] = [], exposed: String? = nil) {
    self.status = status
    self.headers = headers
    self.body = body
    self.exposed = exposed
  }
}
