import Model
import Testing

@testable import Content

@Suite struct PreparationLogTests {
  private static let cases: [(lines: [String], message: String)] = [
    (["one", "two", "  "], "it failed: two"),
    (["Error: cannot build a", "hint: see above"], "it failed: Error: cannot build a"),
    (["ERROR: the first", "error: the second", "notice"], "it failed: error: the second"),
    (
      ["An error occurred while installing a (1.0)", "", "In Gemfile:", "  a"],
      "it failed: An error occurred while installing a (1.0)"
    ),
    (["  -> Error 0.17 ... Yes", "errors: none", "done"], "it failed: done"),
    (["main.swift:3:5: error: no such name", "error: link"], "it failed: no such name"),
    ([], "it failed"),
  ]

  @Test(arguments: cases) func aFailureIsExplained(lines: [String], message: String) {
    var log = PreparationLog()
    for line in lines { _ = log.append(Array("\(line)\n".utf8)) }
    let problem = log.explain(Problem(.invalid, "it failed"), paths: ["main.swift"])
    #expect(problem.message == message)
    #expect(problem.line == (message.hasSuffix("name") ? 3 : nil))
  }
}
