/// One page of a list of the management API.
public struct Page<Item: Codable & Sendable>: Sendable, Codable {
  public var items: [Item]
  /// What to pass as `cursor` for the page that follows; missing on the last one.
  public var nextCursor: String?

  public init(items: [Item], nextCursor: String? = nil) {
    self.items = items
    self.nextCursor = nextCursor
  }

  private enum CodingKeys: String, CodingKey {
    case items
    case nextCursor = "next_cursor"
  }
}
