import EventLoop
import Foundation
public import Model
public import Sandbox

/// The runtimes of a `runtimes/` folder, read once at start.
public struct RuntimeCatalog: Sendable {
  /// The folder that it was read from.
  public let folder: String
  private let manifests: [String: RuntimeManifest]
  private let tools: ToolSearch

  /// Reads `folder/*/runtime.yaml`.
  ///
  /// - Parameter tools: where compilers and installers are looked for.
  /// - Throws: `Problem` with code `invalid` if a manifest is wrong, two claim the same files, or there is none.
  public init(folder: String, tools: ToolSearch = ToolSearch()) throws {
    self.folder = folder
    self.tools = tools
    var manifests: [String: RuntimeManifest] = [:]
    var claims: [String: String] = [:]
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw Problem(.invalid, "the folder of runtimes cannot be read: \(folder)")
    }
    for name in names {
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)/runtime.yaml") else { continue }
      let file = "\(name)/runtime.yaml"
      let manifest = try RuntimeManifest(yaml: String(decoding: data, as: UTF8.self), file: file)
      guard manifest.name == name else {
        throw Problem(.invalid, "the name differs from the folder's", field: "name", rule: name, file: file)
      }
      for claim in manifest.extensions.map({ ".\($0)" }) + manifest.shebangs.map({ "#!\($0)" }) {
        if let other = claims.updateValue(name, forKey: claim) {
          throw Problem(.invalid, "\(claim) belongs to the runtime \(other) already", file: file)
        }
      }
      manifests[name] = manifest
    }
    guard !manifests.isEmpty else {
      throw Problem(.invalid, "no runtime in \(folder)", rule: "a folder with a runtime.yaml for each language")
    }
    self.manifests = manifests
  }

  /// Sorted.
  public var names: [String] { manifests.keys.sorted() }

  public func knows(_ runtime: String) -> Bool { manifests[runtime] != nil }

  /// - Throws: `Problem` with code `invalid` for an unknown name.
  public func manifest(named name: String) throws -> RuntimeManifest {
    guard let manifest = manifests[name] else {
      throw Problem(
        .invalid, "no runtime is called \(name)", field: "runtime", rule: "one of \(names.joined(separator: ", "))")
    }
    return manifest
  }

  /// The runtime of a file that says nothing but its name and first line: by extension, then by `#!` line.
  ///
  /// - Parameter firstLine: The beginning of the file; what follows its first newline is ignored.
  public func runtimeName(forFile name: String, firstLine: String) -> String? {
    if let dot = name.lastIndex(of: "."), dot != name.startIndex {
      let suffix = String(name[name.index(after: dot)...])
      if let match = manifests.values.first(where: { $0.extensions.contains(suffix) }) { return match.name }
    }
    let isProgram = firstLine.hasPrefix("\u{7F}ELF")
    guard firstLine.hasPrefix("#!") || isProgram else { return nil }
    if let interpreter = Self.interpreter(of: firstLine),
      let match = manifests.values.first(where: { $0.shebangs.contains(interpreter) })
    {
      return match.name
    }
    return manifests.values.first { $0.shebangs.contains("*") }?.name
  }

  /// How runs of a hook of the runtime can begin; empty for an unknown one.
  public func startModes(of runtime: String) -> [StartMode] { manifests[runtime]?.startModes ?? [] }

  /// What the launcher is to keep ready.
  public var warmRuntimes: [WarmRuntime] { names.compactMap { manifests[$0]?.warmRuntime } }

  /// Why hooks of the runtime cannot run on this host, if so.
  public func availability(_ name: String) -> Problem? {
    let manifest: RuntimeManifest
    do {
      manifest = try self.manifest(named: name)
    } catch {
      return error as? Problem
    }
    if !manifest.interpreters.isEmpty, manifest.installedInterpreter == nil {
      return Problem(
        .unavailable, "the runtime \(name) is not installed: none of \(manifest.interpreters.joined(separator: ", "))",
        hint: manifest.package.isEmpty ? nil : "apt-get install \(manifest.package)")
    }
    guard let step = manifest.preparation else { return nil }
    do {
      _ = try tool(of: step, runtime: manifest)
      return nil
    } catch {
      return error
    }
  }

  /// Why a hook of that definition cannot run on this host, if so.
  public func obstacle(to definition: HookDefinition) -> Problem? {
    // What was compiled needs its compiler no more.
    if definition.layers?.prepared != nil { return nil }
    if let problem = availability(definition.runtime) { return problem }
    guard manifests[definition.runtime]?.preparation != nil else { return nil }
    return Problem(
      .unavailable, "the hook was deployed without its preparation, as \(definition.runtime) was not installed then",
      hint: "it is prepared within half a minute; or save one of its files again", retryAfterSeconds: 30)
  }

  /// The program that a step begins with, as it is called inside a run; empty for a step that needs none.
  ///
  /// - Throws: `Problem` with code `unavailable`, and what mends it.
  func tool(of step: PreparationStep, runtime manifest: RuntimeManifest) throws(Problem) -> String {
    guard !step.tools.isEmpty else { return "" }
    return try tools.find(
      step.tools,
      for: step.trigger == nil ? "the runtime \(manifest.name)" : "the installer of \(manifest.name) packages",
      package: step.package.isEmpty ? manifest.package : step.package)
  }

  /// What installs the dependencies of hooks of the runtime: the installer of each of its lists, or why it cannot be used.
  public func installers(of name: String) throws -> [Result<String, Problem>] {
    let manifest = try manifest(named: name)
    return manifest.dependencies.map { step in Result { () throws(Problem) in try tool(of: step, runtime: manifest) } }
  }

  /// What this host runs hooks of the runtime with: an interpreter or a compiler; empty where it needs neither.
  public func program(of name: String) throws -> String {
    let manifest = try manifest(named: name)
    if let interpreter = manifest.installedInterpreter { return interpreter }
    return try manifest.preparation.map { try tool(of: $0, runtime: manifest) } ?? ""
  }

  /// Warms every installed runtime up: what makes its starts faster, such as compiling its bootstrap.
  ///
  /// Only files that ship with the server are touched, no hook is. A read-only installation that was prepared when it
  /// was made stays as it is.
  ///
  /// - Returns: One problem for each runtime that could not be warmed up; its runs work all the same, but start slower.
  @LoopActor
  public func warmUp() async -> [Problem] {
    var problems: [Problem] = []
    for manifest in manifests.values.sorted(by: { $0.name < $1.name }) where !manifest.warmUp.isEmpty {
      guard let interpreter = manifest.installedInterpreter else { continue }
      let arguments = manifest.warmUp.map { $0.replacing("{runtime}", with: "\(folder)/\(manifest.name)") }
      let isDone: Bool
      do {
        let process = try ChildProcess(
          executable: interpreter, arguments: [interpreter] + arguments,
          environment: ["PATH=/usr/bin:/bin", "LANG=C.UTF-8"],
          descriptors: [:])
        let (status, signal) = await process.waitForExit()
        isDone = status == 0 && signal == 0
      } catch {
        isDone = false
      }
      if !isDone {
        problems.append(
          Problem(.unavailable, "the runtime \(manifest.name) could not be warmed up; its runs start slower"))
      }
    }
    return problems
  }

  /// `python3` for `#!/usr/bin/env -S python3 -u`, and for `#!/usr/bin/python3.11` after its version is cut to `3`.
  private static func interpreter(of firstLine: String) -> String? {
    guard firstLine.hasPrefix("#!") else { return nil }
    let line = firstLine.dropFirst(2).prefix { $0 != "\n" && $0 != "\r" && $0 != "\r\n" }
    var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })[...]
    guard let program = words.popFirst() else { return nil }
    var name = program.split(separator: "/").last
    if name == "env" {
      while let word = words.first, word.hasPrefix("-") || word.contains("=") { words.removeFirst() }
      name = words.first?.split(separator: "/").last
    }
    return name.map { String($0.prefix { $0 != "." }) }
  }
}
