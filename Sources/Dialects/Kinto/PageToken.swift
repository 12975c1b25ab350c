import Model

/// The place in a list after which a page begins, as a text that clients hand back.
enum PageToken {
  /// - Parameter place: the values of the keys of the order and of the name; `nil` where one is missing.
  static func encode(_ place: [JSONValue?]) -> String {
    let wrapped = JSONValue.array(place.map { value in .array(value.map { [$0] } ?? []) })
    return Base64Text.encode(wrapped.serializedBytes)
  }

  /// - Parameter keys: how many keys the order has, the name apart.
  /// - Returns: `nil` for what is not the token of such a list.
  static func decode(_ text: String, keys: Int) -> [JSONValue?]? {
    guard text.utf8.count <= KintoConfiguration.tokenMax, let bytes = Base64Text.decode(text.utf8),
      let parts = (try? JSONReader.read(bytes, depthMax: KintoConfiguration.depthMax))?.arrayValue,
      parts.count == keys + 1
    else { return nil }
    var place: [JSONValue?] = []
    for part in parts {
      guard let values = part.arrayValue, values.count <= 1 else { return nil }
      place.append(values.first)
    }
    guard case .string? = place.last ?? nil else { return nil }
    return place
  }
}
