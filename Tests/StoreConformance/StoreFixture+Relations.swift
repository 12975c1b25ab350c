import Store

/// A bucket with two classes that a relation ties: each of three cookies may be in one of two jars.
struct CookieShop: Sendable {
  let bucket: Int64
  let jarClass: Int64
  let cookieClass: Int64
  let jars: [Int64]
  let cookies: [Int64]
  let relation: Int64
}

extension StoreFixture {
  func cookieShop() async throws -> CookieShop {
    try await write { transaction in
      let bucket = try transaction.insert(.bucket, "bakery", in: 0, modified: 1, data: Self.data("bakery", 1)).row
      let jarClass = try transaction.insert(.recordClass, "jar", in: bucket, modified: 2, data: Self.data("jar", 2)).row
      let cookieClass = try transaction.insert(
        .recordClass, "cookie", in: bucket, modified: 3, data: Self.data("cookie", 3)
      ).row
      let jars = try (0..<2).map { try transaction.add("jar\($0)", to: jarClass, at: Int64(10 + $0)).row }
      let cookies = try (0..<3).map { try transaction.add("cookie\($0)", to: cookieClass, at: Int64(10 + $0)).row }
      let relation = try transaction.addRelation(
        Relation(
          first: .init(recordClass: cookieClass, field: "jar", isMany: false),
          second: .init(recordClass: jarClass, field: "cookies", isMany: true)))
      return CookieShop(
        bucket: bucket, jarClass: jarClass, cookieClass: cookieClass, jars: jars, cookies: cookies,
        relation: relation.row)
    }
  }

  /// Clears away all that deletions have left behind, in small steps.
  func clearAll() async throws {
    var steps = 0
    while try await store.records.clear(limit: 2) > 0, steps < 500 { steps += 1 }
    try expect(steps < 500, "it comes to an end")
  }
}
