public import Model

extension Client {
  /// Everything that a list holds, page after page.
  ///
  /// ```swift
  /// let hooks = try await client.all { try await client.hooks(limit: 1000, cursor: $0) }
  /// ```
  ///
  /// - Parameter page: asks for the page at a cursor; first with `nil`.
  public func all<Item>(_ page: (_ cursor: String?) async throws -> Page<Item>) async throws -> Page<Item> {
    var items: [Item] = []
    var cursor: String?
    repeat {
      let next = try await page(cursor)
      items += next.items
      cursor = next.items.isEmpty ? nil : next.nextCursor
    } while cursor != nil
    return Page(items: items)
  }
}
