import Model
import Runtimes

/// What a run has said so far about the head of its answer.
struct RunHead {
  private(set) var status: Int?
  private(set) var headers: [HeaderField] = []
  private(set) var trailers: [HeaderField] = []

  var hasContentType: Bool { headers.contains { $0.name.lowercased() == "content-type" } }

  mutating func apply(status: Int?, headers: [HeaderField]) {
    if let status { self.status = status }
    self.headers += headers
  }

  mutating func append(trailers: [HeaderField]) {
    self.trailers += trailers
  }

  /// The head as it goes out, with `contentType` where the run set none and there is a body.
  func response(contentType: String?) -> RunResponse {
    var headers = self.headers
    if let contentType, !hasContentType { headers.append(HeaderField(name: "Content-Type", value: contentType)) }
    return RunResponse(status: status ?? 200, headers: headers, trailers: [])
  }
}
