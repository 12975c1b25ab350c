import Model

/// A successful answer of the management API. Errors are the same everywhere: see `APIRoute.errors`.
struct APIAnswer: Sendable {
  let status: Int
  /// `nil` for an answer without a body.
  let contentType: String?
  let shape: APIShape
  let description: String

  /// 200 with JSON.
  static func ok(_ shape: APIShape, _ description: String = "Done.") -> APIAnswer {
    APIAnswer(status: 200, contentType: "application/json", shape: shape, description: description)
  }

  /// 201 with JSON and a `Location`.
  static func created(_ shape: APIShape, _ description: String = "Made; Location says where.") -> APIAnswer {
    APIAnswer(status: 201, contentType: "application/json", shape: shape, description: description)
  }

  /// 202 with JSON.
  static func accepted(_ shape: APIShape, _ description: String = "Queued; Location says where.") -> APIAnswer {
    APIAnswer(status: 202, contentType: "application/json", shape: shape, description: description)
  }

  /// 204.
  static let nothing = APIAnswer(status: 204, contentType: nil, shape: .anything, description: "Done.")

  /// 200 with text or bytes of that type.
  static func bytes(_ contentType: String, _ description: String) -> APIAnswer {
    APIAnswer(status: 200, contentType: contentType, shape: .text, description: description)
  }
}
