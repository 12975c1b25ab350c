import Model

/// The body of an answer whose run has ended: what it printed, or else the result that it returned.
struct AnswerBody: Sendable {
  let bytes: [UInt8]
  let contentType: String?
  /// Whether the run returned nothing at all, as opposed to having no result.
  let isEmptyResult: Bool

  init(output: [UInt8], result: JSONValue?) {
    isEmptyResult = result == .null
    guard output.isEmpty, let result, result != .null else {
      bytes = output
      contentType = output.isEmpty ? nil : "text/plain; charset=utf-8"
      return
    }
    if case .string(let text) = result {
      bytes = Array(text.utf8)
      contentType = "text/plain; charset=utf-8"
    } else {
      bytes = result.serializedBytes + [UInt8(ascii: "\n")]
      contentType = "application/json"
    }
  }
}
