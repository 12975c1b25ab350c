import Model
import Store

extension StoreConformance {
  static let relationCases: [StoreConformanceCase] = [
    StoreConformanceCase("a link is stored once and seen from both ends") { fixture in
      let shop = try await fixture.cookieShop()
      try await fixture.write { transaction in
        let relation = shop.relation
        try transaction.link(relation, shop.cookies[1], shop.jars[0])
        try transaction.link(relation, shop.cookies[0], shop.jars[0])
        try transaction.link(relation, shop.cookies[2], shop.jars[1])
        let seen = try transaction.links(of: relation, from: .second, at: shop.jars, limit: 9)
        try expectEqual(seen.map(\.name), ["cookie0", "cookie1", "cookie2"])
        try expectEqual(seen.map(\.from), [shop.jars[0], shop.jars[0], shop.jars[1]])
        try expectEqual(seen.map(\.row), shop.cookies)
        let back = try transaction.links(of: relation, from: .first, at: [shop.cookies[2]], limit: 9)
        try expectEqual(back, [LinkedObject(from: shop.cookies[2], row: shop.jars[1], name: "jar1")])
        try expectEqual(try transaction.links(of: relation, from: .second, at: shop.jars, limit: 2).count, 2)
        try expectEqual(try transaction.links(of: relation, from: .second, at: [], limit: 2), [])
        // A cookie is in one jar.
        for (cookie, jar) in [(shop.cookies[0], shop.jars[0]), (shop.cookies[0], shop.jars[1])] {
          try expectThrown(.conflict) { try transaction.link(relation, cookie, jar) }
        }
        try transaction.unlink(relation, shop.cookies[0], shop.jars[0])
        try expectThrown(.notFound) { try transaction.unlink(relation, shop.cookies[0], shop.jars[0]) }
        try transaction.link(relation, shop.cookies[0], shop.jars[1])
        try expect(try transaction.hasLinks(relation), "it has links")
        try expectEqual(
          try transaction.links(of: relation, from: .second, at: [shop.jars[1]], limit: 9).map(\.row),
          [shop.cookies[0], shop.cookies[2]])
        // Ends are in their classes, and there.
        for (first, second) in [
          (shop.jars[0], shop.jars[1]), (shop.cookies[0], shop.cookies[1]), (99_999, shop.jars[0]),
        ] {
          try expectThrown(.notFound) { try transaction.link(relation, first, second) }
        }
        try expectThrown(.notFound) { try transaction.link(99_999, shop.cookies[0], shop.jars[0]) }
      }
    },
    StoreConformanceCase("one-to-one, many-to-many and symmetric relations admit what they are for") { fixture in
      let shop = try await fixture.cookieShop()
      try await fixture.write { transaction in
        let lids = try transaction.addRelation(
          Relation(
            first: .init(recordClass: shop.jarClass, field: "lid", isMany: false),
            second: .init(recordClass: shop.cookieClass, field: "on", isMany: false)))
        try transaction.link(lids.row, shop.jars[0], shop.cookies[0])
        try expectThrown(.conflict) { try transaction.link(lids.row, shop.jars[0], shop.cookies[1]) }
        try expectThrown(.conflict) { try transaction.link(lids.row, shop.jars[1], shop.cookies[0]) }
        try transaction.link(lids.row, shop.jars[1], shop.cookies[1])
        let tags = try transaction.addRelation(
          Relation(
            first: .init(recordClass: shop.jarClass, field: "likes", isMany: true),
            second: .init(recordClass: shop.cookieClass, field: nil, isMany: true)))
        for jar in shop.jars {
          for cookie in shop.cookies { try transaction.link(tags.row, jar, cookie) }
        }
        try expectThrown(.conflict) { try transaction.link(tags.row, shop.jars[0], shop.cookies[0]) }
        let side = Relation.Side(recordClass: shop.cookieClass, field: "spouse", isMany: false)
        let marriage = try transaction.addRelation(Relation(first: side, second: side))
        try transaction.link(marriage.row, shop.cookies[0], shop.cookies[1])
        for end in [Relation.End.first, .second] {
          let seen = try transaction.links(of: marriage.row, from: end, at: shop.cookies, limit: 9)
          try expectEqual(seen.map(\.row), [shop.cookies[1], shop.cookies[0]])
        }
        try expectThrown(.conflict) { try transaction.link(marriage.row, shop.cookies[2], shop.cookies[1]) }
        try transaction.unlink(marriage.row, shop.cookies[1], shop.cookies[0])
        try transaction.link(marriage.row, shop.cookies[2], shop.cookies[2])
        try transaction.link(marriage.row, shop.cookies[1], shop.cookies[0])
        try expectEqual(try transaction.relations(of: shop.jarClass).map(\.row), [shop.relation, lids.row, tags.row])
        try expectEqual(
          try transaction.relations(of: shop.cookieClass).map(\.row), [shop.relation, lids.row, tags.row, marriage.row])
        try expectEqual(try transaction.relations(of: shop.cookieClass).last, marriage)
        // A field shows one relation.
        try expectThrown(.conflict) { _ = try transaction.addRelation(Relation(first: side, second: side)) }
        try expectThrown(.conflict) {
          _ = try transaction.addRelation(
            Relation(
              first: .init(recordClass: shop.cookieClass, field: "other", isMany: false),
              second: .init(recordClass: shop.jarClass, field: "likes", isMany: false)))
        }
        try transaction.removeRelation(marriage.row)
        try expectThrown(.notFound) { try transaction.removeRelation(marriage.row) }
        let again = try transaction.addRelation(Relation(first: side, second: side))
        try expect(again.row != marriage.row, "a relation is never another one")
        try expect(try !transaction.hasLinks(again.row), "and has no links of it")
      }
    },
    StoreConformanceCase("links die with their records, relations with their classes") { fixture in
      let shop = try await fixture.cookieShop()
      try await fixture.write { transaction in
        for cookie in shop.cookies { try transaction.link(shop.relation, cookie, shop.jars[0]) }
        _ = try transaction.delete(shop.cookies[0], modified: 50, data: StoreFixture.remains("cookie0", 50))
        let again = try transaction.add("cookie0", to: shop.cookieClass, at: 51)
        try expectEqual(
          try transaction.links(of: shop.relation, from: .second, at: shop.jars, limit: 9).map(\.row),
          Array(shop.cookies.dropFirst()))
        try expectEqual(try transaction.links(of: shop.relation, from: .first, at: [again.row], limit: 9), [])
        _ = try transaction.delete(shop.jars[0], modified: 52, data: StoreFixture.remains("jar0", 52))
        try expect(try !transaction.hasLinks(shop.relation), "all links of the jar are gone")
        try transaction.link(shop.relation, shop.cookies[1], shop.jars[1])
        try transaction.setReferences(of: shop.cookieClass, to: ["jar", "lid"])
        try expectEqual(try transaction.classes(in: shop.bucket, referringTo: "jar"), [shop.cookieClass])
        _ = try transaction.delete(shop.jarClass, modified: 53, data: StoreFixture.remains("jar", 53))
        try expectEqual(try transaction.relations(of: shop.cookieClass), [])
        try expectThrown(.notFound) { try transaction.link(shop.relation, shop.cookies[1], shop.jars[1]) }
        try expectEqual(try transaction.classes(in: shop.bucket, referringTo: "lid"), [shop.cookieClass])
        try transaction.setReferences(of: shop.cookieClass, to: ["tin"])
        try expectEqual(try transaction.classes(in: shop.bucket, referringTo: "lid"), [])
        _ = try transaction.delete(shop.cookieClass, modified: 54, data: StoreFixture.remains("cookie", 54))
        try expectEqual(try transaction.classes(in: shop.bucket, referringTo: "tin"), [])
      }
      try await fixture.clearAll()
      try await expectNoLinks(fixture, shop)
    },
    StoreConformanceCase("links die with their bucket") { fixture in
      let shop = try await fixture.cookieShop()
      try await fixture.write { transaction in
        for cookie in shop.cookies { try transaction.link(shop.relation, cookie, shop.jars[0]) }
        try transaction.setReferences(of: shop.cookieClass, to: ["jar"])
        _ = try transaction.delete(shop.bucket, modified: 50, data: StoreFixture.remains("bakery", 50))
      }
      try await fixture.clearAll()
      try await expectNoLinks(fixture, shop)
      try expectEqual(try await fixture.read { try $0.relations(of: shop.cookieClass) }, [])
      try expectEqual(try await fixture.read { try $0.classes(in: shop.bucket, referringTo: "jar") }, [])
    },
    StoreConformanceCase("objects are found many at once, by their rows and by their names") { fixture in
      let shop = try await fixture.cookieShop()
      try await fixture.write { transaction in
        let names = ["cookie1", "nobody", "cookie0", "cookie1", "'); DROP TABLE objects; --"]
        try expectEqual(
          Set(try transaction.objects(.record, named: names, in: shop.cookieClass).map(\.row)),
          Set(shop.cookies.prefix(2)))
        let rows = shop.cookies + shop.jars + [99_999]
        try expectEqual(Set(try transaction.objects(at: rows).map(\.row)), Set(shop.cookies + shop.jars))
        try expectEqual(try transaction.objects(at: []), [])
        let many = try (0..<100).map { try transaction.add("m\($0)", to: shop.jarClass, at: Int64(100 + $0)).row }
        try expectEqual(try transaction.objects(at: many).count, 100)
        let rest = try transaction.delete(shop.cookies[0], modified: 500, data: StoreFixture.remains("cookie0", 500))
        try expectEqual(try transaction.objects(at: [shop.cookies[0], rest.row]), [])
        try expectEqual(try transaction.objects(.record, named: ["cookie0"], in: shop.cookieClass), [])
        _ = try transaction.delete(shop.jarClass, modified: 501, data: StoreFixture.remains("jar", 501))
        try expectEqual(try transaction.objects(at: shop.jars), [])
        try expectEqual(try transaction.objects(.record, named: ["jar0"], in: shop.jarClass), [])
      }
    },
    StoreConformanceCase("lists are chosen by links") { fixture in
      let shop = try await fixture.cookieShop()
      try await fixture.write { transaction in
        try transaction.link(shop.relation, shop.cookies[0], shop.jars[0])
        try transaction.link(shop.relation, shop.cookies[1], shop.jars[0])
        func names(_ recordClass: Int64, _ links: [LinkFilter], order: [FieldOrder] = []) throws -> [String] {
          let query = ObjectQuery(.record, in: recordClass, links: links, order: order)
          let names = try transaction.names(query)
          try expectEqual(try transaction.count(query), Int64(names.count))
          return names.sorted()
        }
        let relation = shop.relation
        for order in [[], [FieldOrder(.modified, isDescending: true)], [FieldOrder(.member("x"))]] {
          let jars = { (test: LinkFilter.Test) in
            try names(shop.jarClass, [LinkFilter(relation, .second, test)], order: order)
          }
          try expectEqual(try jars(.all(Array(shop.cookies.prefix(2)))), ["jar0"])
          try expectEqual(try jars(.all(shop.cookies)), [])
          try expectEqual(try jars(.all([])), ["jar0", "jar1"])
          try expectEqual(try jars(.any(shop.cookies)), ["jar0"])
          try expectEqual(try jars(.any([])), [])
          try expectEqual(try jars(.exists(true)), ["jar0"])
          try expectEqual(try jars(.exists(false)), ["jar1"])
        }
        try expectEqual(
          try names(shop.cookieClass, [LinkFilter(relation, .first, .any([shop.jars[0]]))]), ["cookie0", "cookie1"])
        let both = [
          LinkFilter(relation, .first, .any(shop.jars)), LinkFilter(relation, .first, .exists(false)),
        ]
        try expectEqual(try names(shop.cookieClass, both), [])
        // Page by page.
        var query = ObjectQuery(
          .record, in: shop.cookieClass, links: [LinkFilter(relation, .first, .any(shop.jars))], order: [])
        let page = try transaction.list(query, limit: 1)
        query.after = page.next
        try expectEqual(page.objects.map(\.name) + (try transaction.names(query)), ["cookie0", "cookie1"])
      }
    },
  ]

  private static func expectNoLinks(_ fixture: StoreFixture, _ shop: CookieShop) async throws {
    try await fixture.read { snapshot in
      try expect(try !snapshot.hasLinks(shop.relation), "no links are left")
      for end in [Relation.End.first, .second] {
        let records = shop.cookies + shop.jars
        try expectEqual(try snapshot.links(of: shop.relation, from: end, at: records, limit: 9), [])
      }
    }
  }

  private static func expectThrown(_ code: Problem.Code, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let problem as Problem {
      return try expectEqual(problem.code, code)
    }
    throw ConformanceFailure(message: "nothing was thrown", file: #fileID, line: #line)
  }
}
