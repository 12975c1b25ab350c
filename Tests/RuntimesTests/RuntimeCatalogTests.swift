import EventLoop
import Foundation
import Model
import Sandbox
import Testing

@testable import Runtimes

@Suite struct RuntimeCatalogTests {
  /// The folder that ships.
  private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../runtimes")
    .standardizedFileURL.path

  @Test func shippedRuntimesAreReadable() throws {
    let catalog = try RuntimeCatalog(folder: folder)
    #expect(catalog.names == ["bash", "executable", "lua", "node", "perl", "php", "python", "ruby", "swift"])
    let python = try catalog.manifest(named: "python")
    #expect(python.interpreters == ["/usr/bin/python3"])
    #expect(python.features.contains(.handler))
    #expect(python.strategy == .fork && python.startModes == [.exec, .fork])
    #expect(try catalog.manifest(named: "node").startModes == [.exec, .spare])
    #expect(catalog.startModes(of: "bash") == [.exec] && catalog.startModes(of: "cobol").isEmpty)
    if let warm = python.warmRuntime {
      #expect(warm.name == "python" && warm.mode == .fork)
      #expect(warm.command.first == python.installedInterpreter)
      #expect(warm.command.suffix(2) == ["/runtimes/python/server.py", WarmRuntime.library])
    }
    #expect(!(try catalog.manifest(named: "executable").features.contains(.handler)))
  }

  @Test(arguments: [
    ("hello.py", "", "python"), ("hello", "#!/usr/bin/env python3", "python"),
    ("hello", "#!/usr/bin/env -S python3 -u\nprint()", "python"), ("hello", "#!/usr/bin/python3.11\n", "python"),
    ("a.sh", "#!/bin/sh", "bash"), ("a", "#! /bin/bash -e", "bash"), ("a.mjs", "", "node"), ("a.cjs", "", "node"),
    ("a", "#!/usr/bin/perl -w", "perl"), ("a.rb", "", "ruby"), ("a.lua", "", "lua"), ("a.php", "", "php"),
    ("a.swift", "", "swift"), ("a", "#!/usr/bin/env swift", "swift"),
    ("a", "#!/usr/bin/awk -f", "executable"), ("a", "\u{7F}ELF\u{2}", "executable"), ("a.txt", "hello", nil),
    ("README.md", "# Hello", nil), (".py", "", nil), ("a", "#!", "executable"), ("a", "", nil),
  ])
  func filesTellTheirRuntime(file: String, firstLine: String, runtime: String?) throws {
    #expect(try RuntimeCatalog(folder: folder).runtimeName(forFile: file, firstLine: firstLine) == runtime)
  }

  @Test func anUnknownRuntimeIsNamedWithTheKnownOnes() throws {
    let catalog = try RuntimeCatalog(folder: folder)
    let problem = #expect(throws: Problem.self) { try catalog.manifest(named: "cobol") }
    #expect(problem?.rule == "one of bash, executable, lua, node, perl, php, python, ruby, swift")
    #expect(catalog.availability("cobol") != nil)
    #expect(catalog.availability("executable") == nil)
  }

  @Test func aMissingInterpreterSaysWhatToInstall() throws {
    let folder = try temporaryFolder(
      [
        "cobol/runtime.yaml": """
        name: cobol
        description: ""
        extensions: [cob]
        shebangs: []
        interpreters: [/nonexistent/cobc]
        arguments: ["{entry}"]
        environment: {}
        package: gnucobol
        strategy: exec
        features: [plain]
        """
      ])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let problem = try RuntimeCatalog(folder: folder).availability("cobol")
    #expect(problem?.code == .unavailable)
    #expect(problem?.hint == "apt-get install gnucobol")
  }

  @Test(arguments: [
    ("name: x\nflavour: 1\n", 2, "flavour"), ("name: [\n", nil, "YAML"), ("- a\n", 1, "mapping"),
    ("name: X\n", nil, "name"), ("name: x\ndescription: a\nextensions: py\n", 3, "list"),
  ])
  func aWrongManifestNamesFileAndLine(yaml: String, line: Int?, word: String) throws {
    let folder = try temporaryFolder(["x/runtime.yaml": yaml])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let problem = #expect(throws: Problem.self) { try RuntimeCatalog(folder: folder) }
    if let line { #expect(problem?.line == line) }
    #expect(problem?.description.contains(word) == true)
  }

  @Test func commandLinesStandInsideTheSandbox() throws {
    let catalog = try RuntimeCatalog(folder: folder)
    #expect(try catalog.manifest(named: "executable").commandLine(entry: "bin/a") == ["/hook/bin/a"])
    var bash = try catalog.manifest(named: "bash")
    bash.interpreters = ["/nonexistent", "/bin/sh"]
    #expect(
      bash.commandLine(entry: "a.sh")
        == ["/bin/sh", "--noprofile", "--norc", "/runtimes/bash/bootstrap.bash", "/hook/a.sh"])
    bash.interpreters = ["/nonexistent"]
    #expect(bash.commandLine(entry: "a.sh") == nil)
  }

  @Test func aFailedPreparationIsAProblemAndNoError() async throws {
    let folder = try temporaryFolder(
      [
        "x/runtime.yaml": """
        name: x
        description: ""
        extensions: []
        shebangs: []
        interpreters: [/bin/sh]
        arguments: ["{entry}"]
        warm_up: [-c, "test -e {runtime}/ready"]
        environment: {}
        package: ""
        strategy: exec
        features: []
        """
      ])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let catalog = try RuntimeCatalog(folder: folder)
    #expect(await catalog.warmUp().count == 1)
    #expect(FileManager.default.createFile(atPath: "\(folder)/x/ready", contents: nil))
    #expect(await catalog.warmUp().isEmpty)
  }

  private func temporaryFolder(_ files: [String: String]) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "runtimes-\(UUID().uuidString)")
    for (path, text) in files {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return folder.path
  }
}
