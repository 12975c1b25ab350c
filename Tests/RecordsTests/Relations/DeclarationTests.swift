import Model
import Records
import Store
import Testing

@Suite struct RelationDeclarationTests {
  @Test func aReferenceIsPendingUntilBothSidesAreDeclared() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declare("cookie", [RelationFixture.reference("jar", "jar", "cookies")])
    await fixture.expectRefusal(409, ["reference_pending"], at: ["/data/jar"]) {
      try await fixture.add("cookie", ["jar": "1"])
    }
    await fixture.expectRefusal(409, ["reference_pending"]) { try await fixture.add("cookie", ["jar": [:]]) }
    // Nothing to refer to is no use of it.
    try await fixture.put("cookie", "c", ["jar": nil])
    try await fixture.declare("jar", [["name": "x", "type": "string"]])
    await fixture.expectRefusal(409, ["reference_pending"]) { try await fixture.change("cookie", "c", ["jar": "1"]) }
    try await fixture.declare("jar", [RelationFixture.reference("cookies", "cookie", "jar", many: true)])
    try await fixture.put("jar", "1", [:])
    try await fixture.change("cookie", "c", ["jar": "1"])
    #expect(try await fixture.get("jar", "1") == ["id": "1", "cookies": ["c"]])
  }

  @Test func declarationsThatContradictEachOtherAreRefused() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declare("cookie", [RelationFixture.reference("jar", "jar", "cookies")])
    let contradictions: [JSONValue] = [
      [RelationFixture.reference("cookies", "biscuit", "jar", many: true)],
      [RelationFixture.reference("cookies", "cookie", "tin", many: true)],
      [RelationFixture.reference("cookies", "cookie", nil, many: true)],
      [["name": "cookies", "type": "array"]],
    ]
    for fields in contradictions {
      do {
        try await fixture.declare("jar", fields)
        Issue.record("\(fields.serialized) was taken")
      } catch DataRefusal.conflicting(let faults) {
        #expect(faults.count == 2 && faults.allSatisfy { $0.code == "contradiction" })
        #expect(faults.contains { $0.text.contains("cookie.jar refers to jar, inverse cookies") })
        #expect(faults.contains { $0.text.contains("jar.cookies") })
      }
    }
    // Nothing of it was stored.
    await fixture.expectRefusal(404) {
      try await fixture.service.perform(DataRequest(.read, .recordClass("jar")), as: fixture.ada)
    }
    // The other side of one that says it has none.
    try await fixture.declare("crumb", [RelationFixture.reference("of", "tin", nil)])
    await fixture.expectRefusal(409) {
      try await fixture.declare("tin", [RelationFixture.reference("crumbs", "crumb", "of", many: true)])
    }
  }

  @Test func aClassDoesNotChangeUnderItsLinks() async throws {
    let fixture = try await RelationFixture.cookies()
    try await fixture.put("jar", "1", [:])
    try await fixture.put("cookie", "c", ["jar": "1"])
    let changes: [JSONValue] = [
      [], [["name": "type", "type": "string"]],
      [["name": "type", "type": "string"], RelationFixture.reference("jar", "jar", nil)],
      [["name": "type", "type": "string"], RelationFixture.reference("jar", "jar", "cookies", many: true)],
    ]
    for fields in changes {
      let refusal = await fixture.refusal { try await fixture.declare("cookie", fields) }
      #expect(refusal?.status == 409, "\(fields.serialized)")
    }
    await fixture.expectRefusal(409, ["links_exist"]) {
      try await fixture.declare("jar", [["name": "label", "type": "string"]])
    }
    await fixture.expectRefusal(409, ["links_exist"]) {
      _ = try await fixture.service.perform(DataRequest(.delete, .recordClass("jar")), as: fixture.ada)
    }
    // Attributes that no link depends on can change.
    try await fixture.declareCookies(jar: ["on_target_delete": "cascade"])
    #expect(try await fixture.get("jar", "1") == ["id": "1", "cookies": ["c"]])
    try await fixture.change("cookie", "c", ["jar": nil])
    try await fixture.declare(
      "cookie", [["name": "type", "type": "string"], RelationFixture.reference("jar", "jar", "cookies", many: true)])
    try await fixture.change("cookie", "c", ["jar": ["1"]])
    #expect(try await fixture.get("cookie", "c") == ["id": "c", "jar": ["1"]])
  }

  @Test func linksOfAClassAreNotThoseOfANewOneOfItsName() async throws {
    let fixture = try await RelationFixture.cookies()
    try await fixture.put("jar", "1", [:])
    try await fixture.put("cookie", "c", ["jar": "1"])
    _ = try await fixture.service.perform(DataRequest(.delete, DataTarget(.recordClass, bucket: "b")), as: fixture.ada)
    try await fixture.declareCookies()
    try await fixture.put("jar", "1", [:])
    try await fixture.put("cookie", "c", [:])
    #expect(try await fixture.get("jar", "1") == ["id": "1", "cookies": []])
    try await fixture.change("cookie", "c", ["jar": "1"])
    #expect(
      try await fixture.get("jar", "1", asked: ["depth": "2"]) == ["id": "1", "cookies": [["id": "c", "jar": "1"]]])
  }

  @Test func valuesThatAreNoLinksDoNotBecomeReferences() async throws {
    let fixture = try await RelationFixture()
    try await fixture.declare("jar", [["name": "x", "type": "string"]])
    try await fixture.declare("cookie", [["name": "jar", "type": "string"]])
    try await fixture.put("cookie", "c", ["jar": "what"])
    await fixture.expectRefusal(409, ["values_exist"]) {
      try await fixture.declare("cookie", [RelationFixture.reference("jar", "jar", nil)])
    }
    try await fixture.change("cookie", "c", ["jar": nil])
    try await fixture.delete("cookie", "c")
    try await fixture.declare("cookie", [RelationFixture.reference("jar", "jar", nil)])
  }
}
