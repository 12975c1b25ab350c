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
    var own: [InstanceExport.Variable] = []
    var needed: Set<String> = []
    for hook in hooks {
      let variables = try await variables(of: hook, in: instance)
      needed.formUnion(
        Self.secretNames(of: hook.version.definition).filter { name in
          !variables.contains { $0.value == nil && $0.name == name }
        })
      own += variables
    }
    // Of chosen hooks only their own variables, and the secrets that they need: those of the instance are not theirs
    // alone.
    let shared = try await variables(of: nil, in: instance).filter { variable in
      wanted == nil || variable.value == nil && needed.contains(variable.name)
    }
    let variables = shared + own
    return .json(
      InstanceExport(
        hooks: exported, schedules: try await schedules(of: hooks, in: instance),
        triggers: try await triggers(of: hooks, in: instance),
        variables: variables.filter { $0.value != nil }, secrets: variables.filter { $0.value == nil })
    )
  }

  /// The secrets without which the hook does nothing.
  private static func secretNames(of definition: HookDefinition) -> [String] {
    definition.secrets + (definition.endpoint.signature?.secrets ?? [])
  }

  /// The schedules that stand beside those which hooks declare.
  private func schedules(of hooks: [Hook], in instance: Instance) async throws -> [InstanceExport.Schedule] {
    let names = Set(hooks.map(\.name))
    var found: [InstanceExport.Schedule] = []
    var last: Int64 = 0
    var page: [Schedule]
    repeat {
      page = try await services.store.schedules.list(
        ScheduleFilter(instance: instance.id), after: last, limit: 1000)
      last = page.last?.serial ?? last
      for schedule in page where schedule.origin == .api && names.contains(schedule.hookName) {
        found.append(
          InstanceExport.Schedule(
            hook: schedule.hookName, name: schedule.name, enabled: schedule.isEnabled,
            definition: schedule.definition.members))
      }
    } while page.count == 1000
    return found.sorted { ($0.hook, $0.name) < ($1.hook, $1.name) }
  }

  /// The triggers that stand beside those which hooks declare.
  private func triggers(of hooks: [Hook], in instance: Instance) async throws -> [InstanceExport.Trigger] {
    let names = Set(hooks.map(\.name))
    // An instance has no more.
    let all = try await services.store.triggers.list(
      TriggerFilter(instance: instance.id), after: 0, limit: Trigger.mostOfInstance)
    return all.filter { $0.origin == .api && names.contains($0.hookName) }.map {
      InstanceExport.Trigger(
        hook: $0.hookName, name: $0.name, enabled: $0.isEnabled, definition: $0.definition.members)
    }.sorted { ($0.hook, $0.name) < ($1.hook, $1.name) }
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
