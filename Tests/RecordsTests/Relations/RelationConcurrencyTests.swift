import Model
import Records
import Store
import Testing

@Suite struct RelationConcurrencyTests {
  @Test func ofTwoMarriagesAtOnceOneIsLeft() async throws {
    let fixture = try await RelationFixture.family()
    try await fixture.put("female", "f3", [:])
    for asked in [[:], ["displace": "forbid"]] as [[String: String]] {
      for male in ["m1", "m2"] { try await fixture.change("male", male, ["wife": nil]) }
      let won = await withTaskGroup(of: Bool.self) { group in
        for male in ["m1", "m2"] {
          group.addTask {
            await fixture.refusal { try await fixture.change("male", male, ["wife": "f3"], asked: asked) } == nil
          }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(won == (asked.isEmpty ? 2 : 1))
      let husband = try await fixture.get("female", "f3")["husband"]
      let wives = try await fixture.list("male").filter { $0["wife"] == "f3" }.map { $0["id"] }
      #expect(wives == [husband])
    }
  }

  @Test func fiftyWritersOfOneJarAreAllStored() async throws {
    let fixture = try await RelationFixture.cookies()
    try await fixture.put("jar", "1", [:])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<50 {
        group.addTask { try await fixture.put("cookie", "c\(number)", ["jar": "1"]) }
      }
      try await group.waitForAll()
    }
    #expect(try await fixture.get("jar", "1")["cookies"]?.arrayValue?.count == 50)
    #expect(try await fixture.ids("cookie", [FieldFilter(.member("jar"), .equal("1"))]).count == 50)
  }
}
