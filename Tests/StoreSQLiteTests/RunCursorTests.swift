import Model
import Testing

@testable import StoreSQLite

@Suite struct RunCursorTests {
  @Test(arguments: [0, 1, 1_700_000_000_000_000, -1, Int64.max, Int64.min])
  func aCursorIsReadBack(_ number: Int64) throws {
    let run = Run(
      id: ID(at: Timestamp(microseconds: 0)), instance: ID(at: Timestamp(microseconds: 0)), serial: number, hook: nil,
      hookName: nil, bundleHash: "", definition: HookDefinition(runtime: "a", entry: "b"),
      cause: RunCause(kind: .manual), queuedAt: Timestamp(microseconds: number))
    let cursor = RunCursor(after: run)
    #expect(try RunCursor(cursor.text) == cursor)
  }

  @Test(arguments: ["r1-+1-1", "r1-1-01", "r1-A-1", "r1-1-1 ", "r1-zzzzzzzzzzzzzzzzz-1", "r1-ü-1"])
  func anythingElseIsRefused(_ text: String) {
    let problem = #expect(throws: Problem.self) { try RunCursor(text) }
    #expect(problem?.field == "cursor")
  }
}
