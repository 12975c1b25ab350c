import Content
import Foundation
import Identity
import Model
import Store

extension ManagementAPI {
  /// The most bytes of files that one export holds: what is exported must fit into an import.
  private var exportLimit: Int64 { Int64(configuration.deploymentLimit) / 3 * 2 }

  func exportInstance(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    let wanted = call.query.text("hooks").map { Set($0.split(separator: ",").map(String.init)) }
    let all = try await services.store.hooks.list(instance: instance.id)
    let hooks = all.filter { wanted?.contains($0.name) ?? true }.sorted { $0.name < $1.name }
    if let missing = wanted?.subtracting(hooks.map(\.name)).min() {
      throw Problem(.notFound, "there is no hook \(missing)", field: "hooks")
    }
    let size = hooks.reduce(0) { $0 + $1.version.bundle.size }
    guard size <= exportLimit else {
      throw Problem(
        .tooLarge, "the files of the hooks have \(size) bytes together", field: "hooks",
        rule: "at most \(exportLimit) bytes in one export", hint: "export some of the hooks at a time")
    }
    var exported: [InstanceExport.Hook] = []
    for hook in hooks {
      let files = try await services.deployer.files(of: hook.version.bundle.hash)
      exported.append(
        InstanceExport.Hook(
          name: hook.name, enabled: hook.isEnabled, version: hook.version.number,
          files: files.map {
            InstanceExport.File(
              path: $0.path, executable: $0.isExecutable, content: Data($0.bytes).base64EncodedString())
          }))
    }
    // Of chosen hooks only their own variables; those of the instance are not theirs alone.
    var variables = wanted == nil ? try await variables(of: nil, in: instance) : []
    for hook in hooks { variables += try await self.variables(of: hook, in: instance) }
    return .json(
      InstanceExport(
        hooks: exported, variables: variables.filter { $0.value != nil }, secrets: variables.filter { $0.value == nil })
    )
  }

  /// The variables of a hook, or of the instance itself; secrets without their values.
  func variables(of hook: Hook?, in instance: Instance) async throws -> [InstanceExport.Variable] {
    let found = try await services.store.variables.list(instance: instance.id, hook: hook?.id)
    return found.map { variable in
      var value: JSONValue?
      if case .plain(let plain) = variable.value { value = plain }
      return InstanceExport.Variable(hook: hook?.name, kind: variable.kind.rawValue, name: variable.name, value: value)
    }
    .sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
  }
}
