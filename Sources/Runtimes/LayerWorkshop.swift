import EventLoop
import Foundation
public import Model
public import Sandbox

/// Knows which layers a hook needs by its runtime's manifest, and makes them: each by a command in a sandbox of its own.
public struct LayerWorkshop: Sendable {
  let launcher: Launcher
  let catalog: RuntimeCatalog
  let rule: InstallationRule

  public init(launcher: Launcher, catalog: RuntimeCatalog, rule: InstallationRule) {
    self.launcher = launcher
    self.catalog = catalog
    self.rule = rule
  }

  /// The layers that a bundle needs before it can run, in the order of their making.
  ///
  /// - Parameter bundle: the content of its files, by path.
  /// - Throws: `Problem`: `unavailable` if this host lacks a tool, `forbidden` if the operator lets nothing be installed.
  public func steps(for definition: HookDefinition, bundle: [String: [UInt8]]) throws -> [LayerStep] {
    let manifest = try catalog.manifest(named: definition.runtime)
    return try plans(of: manifest, bundle).map { kind, step in
      if kind == .dependencies, rule.mode == .off {
        throw Problem(
          .forbidden, "this server installs no dependencies of hooks", field: "dependencies.install",
          rule: "off, unless its configuration says otherwise",
          hint: "set dependencies: {install: on} (or local, without the network) in it, or put the packages into the "
            + "hook's folder", file: step.triggeringFile(of: bundle))
      }
      let tool = try catalog.tool(of: step, runtime: manifest)
      var identity = [kind.rawValue] + arguments(step, manifest, entry: definition.entry, tool: tool)
      identity += step.tools.isEmpty ? [] : [ToolSearch.identity(of: tool)]
      if let interpreter = manifest.installedInterpreter { identity.append(ToolSearch.identity(of: interpreter)) }
      identity.append(try Self.content(of: "\(catalog.folder)/\(manifest.name)"))
      if kind == .dependencies {
        identity.append(rule.mode.rawValue)
        identity += rule.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      }
      return LayerStep(
        kind: kind, paths: bundle.keys.filter(step.isRelevant).sorted(), identity: identity, size: step.disk,
        files: step.diskFiles)
    }
  }

  func plans(
    of manifest: RuntimeManifest, _ bundle: [String: [UInt8]]
  ) -> [(kind: LayerStep.Kind, step: PreparationStep)] {
    // One list is enough: the first in the manifest that the bundle has.
    let installation = manifest.dependencies.first { $0.applies(to: bundle) }
    return (installation.map { [(.dependencies, $0)] } ?? []) + (manifest.preparation.map { [(.prepared, $0)] } ?? [])
  }

  func arguments(
    _ step: PreparationStep, _ manifest: RuntimeManifest, entry: String, tool: String
  ) -> [String] {
    step.command.map {
      $0.replacing("{runtime}", with: "/runtimes/\(manifest.name)").replacing("{entry}", with: entry)
        .replacing("{tool}", with: tool)
    }
  }

  /// All that the folder of a runtime says of its steps, so that a new version of it makes new layers. Its files are a
  /// few and small.
  private static func content(of folder: String) throws -> String {
    var text = ""
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? [] {
      let path = "\(folder)/\(name)"
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
        let data = FileManager.default.contents(atPath: path)
      else { continue }
      text += "\(name) \(data.count)\n" + String(decoding: data, as: UTF8.self)
    }
    return text
  }
}
