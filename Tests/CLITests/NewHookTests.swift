import Foundation
import Testing

@testable import grapnel

struct NewHookTests {
  @Test(arguments: HookTemplate.runtimes)
  func writesAFolderForEachRuntime(runtime: String) async throws {
    let surroundings = try Surroundings()
    let outcome = await surroundings.perform("new", "hi", "--runtime", runtime)
    #expect(outcome.status == .done, "\(outcome.errorOutput)")
    try Snapshot.expect(outcome.output, "new-\(runtime).txt")
    let folder = surroundings.folder + "/hooks"
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["hi"])
    var all = ""
    for file in try FileManager.default.contentsOfDirectory(atPath: folder + "/hi").sorted() {
      let path = "\(folder)/hi/\(file)"
      let mode = FileManager.default.isExecutableFile(atPath: path) ? " (executable)" : ""
      all += "--- \(file)\(mode)\n" + (try String(contentsOfFile: path, encoding: .utf8))
    }
    try Snapshot.expect(all, "new-\(runtime)-files.txt")
  }

  @Test func neverOverwrites() async throws {
    let surroundings = try Surroundings()
    try surroundings.write("echo mine", to: "scripts/hi.sh")
    try surroundings.write("echo mine", to: "scripts/there/main.sh")
    for name in ["hi", "there"] {
      let outcome = await surroundings.perform("new", name, "--runtime", "bash", "--dir", "scripts")
      #expect(outcome.status == .failed)
      #expect(outcome.errorOutput.contains("there is already"))
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: surroundings.folder + "/scripts").sorted()
        == ["hi.sh", "there"])
  }

  @Test func refusesBadNamesAndUnknownRuntimes() async throws {
    let surroundings = try Surroundings()
    for name in ["../x", "Upper", ".hidden", ""] {
      #expect(await surroundings.perform("new", name, "--runtime", "bash").status == .usage)
    }
    let outcome = await surroundings.perform("new", "x", "--runtime", "cobol")
    #expect(outcome.status == .usage)
    #expect(outcome.errorOutput.contains("bash, executable, lua, node, perl, php, python, ruby"))
    #expect(!FileManager.default.fileExists(atPath: surroundings.folder + "/hooks"))
  }
}
