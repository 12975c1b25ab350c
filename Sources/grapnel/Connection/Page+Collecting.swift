import Model

extension Page {
  /// Asks for pages of 100 until there are `limit` items or no more.
  ///
  /// - Parameter ask: asks for so many items from that cursor on.
  static func collecting(
    _ limit: Int, _ ask: (_ limit: Int, _ cursor: String?) async throws -> Page
  ) async throws -> Page {
    var items: [Item] = []
    var cursor: String?
    repeat {
      let page = try await ask(min(limit - items.count, 100), cursor)
      items += page.items
      cursor = page.items.isEmpty ? nil : page.nextCursor
    } while cursor != nil && items.count < limit
    return Page(items: items, nextCursor: cursor)
  }
}
