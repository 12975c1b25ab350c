import Foundation
import Model
import Testing

@testable import Runtimes

@Suite struct PreparationStepTests {
  @Test(arguments: [
    ("main.swift", "**.swift", true), ("a/b/c.swift", "**.swift", true), ("main.swift.txt", "**.swift", false),
    ("requirements.txt", "requirements*.txt", true), ("requirements-dev.txt", "requirements*.txt", true),
    ("a/requirements.txt", "requirements*.txt", false), ("vendor/a/b.py", "vendor/**", true),
    ("vendored", "vendor/**", false), ("package.json", "package.json", true), ("package.jsonc", "package.json", false),
    ("a/b", "*", false), ("ab", "a*b*", true), ("", "**", true),
  ])
  func patternsMatch(path: String, pattern: String, isMatch: Bool) {
    #expect(PreparationStep.matches(path, pattern) == isMatch)
  }

  @Test(arguments: [
    (["package.json": "{\"dependencies\": {\"a\": \"1\"}}"], true), (["package.json": "{\"dependencies\": {}}"], false),
    (["package.json": "{\"type\": \"module\"}"], false), (["package.json": "{"], true), (["other.json": "{}"], false),
    (["package.json": "{\"dependencies\": {\"a\": \"1\"}}", "node_modules/a/index.js": ""], false),
  ])
  func aListOfDependenciesAsksForItsInstallation(files: [String: String], asks: Bool) throws {
    let shipped = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../runtimes").path
    let step = try #require(try RuntimeCatalog(folder: shipped).manifest(named: "node").dependencies.first)
    #expect(step.applies(to: files.mapValues { Array($0.utf8) }) == asks)
  }

  private struct Listing: Sendable, CustomTestStringConvertible {
    var runtime: String
    var files: [String: String]
    /// The file that asks for an installation.
    var list: String?

    var testDescription: String { "\(runtime): \(files.keys.sorted().joined(separator: ", "))" }
  }

  private static let listings = [
    Listing(runtime: "python", files: ["requirements.txt": ""], list: "requirements.txt"),
    Listing(runtime: "ruby", files: ["Gemfile": ""], list: "Gemfile"),
    Listing(runtime: "ruby", files: ["a/Gemfile": ""]),
    Listing(runtime: "ruby", files: ["Gemfile": "", "vendor/bundle/ruby/x.rb": ""]),
    Listing(runtime: "php", files: ["composer.json": "{\"require\": {\"a/b\": \"1\"}}"], list: "composer.json"),
    Listing(runtime: "php", files: ["composer.json": "{\"autoload\": {}}"]),
    Listing(runtime: "php", files: ["composer.json": "{\"require\": {\"a/b\": \"1\"}}", "vendor/autoload.php": ""]),
    Listing(runtime: "perl", files: ["cpanfile": ""], list: "cpanfile"),
    Listing(runtime: "perl", files: ["cpanfile": "", "local/lib/perl5/A.pm": ""]),
    Listing(runtime: "lua", files: ["b-1-1.rockspec": "", "a-1-1.rockspec": ""], list: "a-1-1.rockspec"),
    Listing(runtime: "lua", files: ["vendor/a-1-1.rockspec": ""]),
  ]

  @Test(arguments: listings)
  private func listsOfDependenciesAreFound(_ listing: Listing) throws {
    let shipped = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../runtimes").path
    let bundle = listing.files.mapValues { Array($0.utf8) }
    let steps = try RuntimeCatalog(folder: shipped).manifest(named: listing.runtime).dependencies
    #expect(steps.first { $0.applies(to: bundle) }?.triggeringFile(of: bundle) == listing.list)
  }

  @Test(.disabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/swiftc"), "the system has one"))
  func swiftIsCompiledByWhatTheHostHas() throws {
    let shipped = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../runtimes").path
    let folder = try fakeToolchain()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let missing = try RuntimeCatalog(folder: shipped, tools: ToolSearch(path: "/nonexistent"))
    #expect(missing.availability("swift")?.hint == "apt-get install swiftlang")
    let definition = HookDefinition(runtime: "swift", entry: "main.swift")
    #expect(missing.obstacle(to: definition)?.code == .unavailable)
    // What was compiled runs without the compiler.
    var compiled = definition
    compiled.layers = HookLayers(prepared: String(repeating: "a", count: 64))
    #expect(missing.obstacle(to: compiled) == nil)

    let hidden = try RuntimeCatalog(folder: shipped, tools: ToolSearch(path: "\(folder)/usr/bin"))
    let problem = hidden.availability("swift")
    #expect(problem?.field == "sandbox.mounts")
    #expect(problem?.hint?.contains("mounts: [\(folder)]") == true)

    let visible = try RuntimeCatalog(folder: shipped, tools: ToolSearch(path: "", mounts: [folder]))
    #expect(visible.availability("swift") == nil)
    #expect(try visible.program(of: "swift") == "\(folder)/usr/bin/swiftc")
    #expect(visible.obstacle(to: definition) != nil)
  }

  /// A folder with a program that calls itself a compiler, by its real path.
  private func fakeToolchain() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "grapnel-tools-\(UUID().uuidString)")
    let bin = folder.appending(path: "usr/bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    let tool = bin.appending(path: "swiftc").path
    FileManager.default.createFile(
      atPath: tool, contents: Data("#!/bin/sh\n".utf8), attributes: [.posixPermissions: 0o755])
    return folder.resolvingSymlinksInPath().path
  }
}
