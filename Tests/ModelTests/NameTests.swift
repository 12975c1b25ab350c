import Model
import Testing

@Suite struct NameTests {
  @Test(arguments: ["a", "hello", "0day", "a-b_c", String(repeating: "x", count: 63)])
  func takesNames(name: String) throws {
    try Name.validate(name, field: "name")
  }

  @Test(arguments: ["", "-a", "_a", "A", "ä", "a/b", "..", "a.b", "a b", "a\0", String(repeating: "x", count: 64)])
  func refusesWhatCouldBeMistakenForAPath(name: String) {
    #expect(throws: Problem.self) { try Name.validate(name, field: "name") }
  }

  @Test(arguments: ["api", "v1", "healthz", "metrics", "console"])
  func noInstanceTakesTheServersOwnPaths(name: String) {
    #expect(throws: Problem.self) { try Name.validateInstance(name) }
  }
}
