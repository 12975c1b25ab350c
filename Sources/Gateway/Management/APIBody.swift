import Model

/// What a request of the management API carries.
struct APIBody: Sendable {
  let contentType: String
  let shape: APIShape
  let isRequired: Bool
  /// The members that its JSON object may have, sorted; empty for other bodies.
  let members: [String]

  /// A JSON object with members that must be there, and members that may be missing.
  static func members(_ required: [String: APIShape], optional: [String: APIShape] = [:]) -> APIBody {
    APIBody(
      contentType: "application/json", shape: .object(required, optional: optional), isRequired: !required.isEmpty,
      members: (Array(required.keys) + Array(optional.keys)).sorted())
  }

  /// Bytes of that type.
  static func bytes(_ contentType: String) -> APIBody {
    APIBody(contentType: contentType, shape: .anything, isRequired: true, members: [])
  }
}
