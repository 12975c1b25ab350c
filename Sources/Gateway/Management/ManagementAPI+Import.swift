import Content
import Foundation
import Identity
import Model
import Store

extension ManagementAPI {
  func importInstance(_ call: APICall, _ principal: Principal, _ instance: Instance) async throws -> HTTPAnswer {
    try await bodies.reading(call.exchange.body, limit: configuration.deploymentLimit) { bytes in
      let members = try call.members(of: bytes)
      let isDryRun = try members.flag("dry_run") ?? false
      let allowsDowngrade = try members.flag("allow_downgrade") ?? false
      let file = try Self.file(members["export"])
      let orders = try file.hooks.enumerated().map { index, hook in
        DeploymentOrder(
          instance: instance, name: hook.name, files: try Self.files(hook, at: "/export/hooks/\(index)"),
          actor: principal.actor, isEnabled: hook.enabled, isDryRun: true)
      }
      // All is checked before anything is changed, and the changes are one transaction.
      var hooks = try await services.deployer.deploy(orders)
      let schedules = try await scheduleChanges(file, orders, instance)
      let triggers = try await triggerChanges(file, orders, instance)
      let variables = try await changes(file, instance)
      if !allowsDowngrade { try await refuseDowngrades(orders, hooks, instance) }
      if !isDryRun {
        hooks = try await services.deployer.importDefinitions(
          zip(orders, hooks).map { order, plan in
            var order = order
            order.isDryRun = false
            // What was shown is what is done: nobody else's deployment in between is overwritten.
            order.expectedVersion = plan.version ?? 0
            return order
          }, variables: variables.compactMap(\.definition), schedules: schedules, triggers: triggers,
          to: instance.id, by: principal.actor)
      }
      let missing = try await missingSecrets(file, instance)
      return .json(
        ImportResource(
          dryRun: isDryRun, hooks: hooks,
          schedules: schedules.map { ImportResource.Schedule(hook: $0.hookName, name: $0.name) },
          triggers: triggers.map { ImportResource.Trigger(hook: $0.hookName, name: $0.name) },
          variables: variables.map(ImportResource.Variable.init),
          missingSecrets: missing.map(ImportResource.Variable.init)))
    }
  }

  private static func file(_ value: JSONValue?) throws -> InstanceExport {
    guard let value, value["format"]?.stringValue == InstanceExport.formatName else {
      throw Problem(
        .invalid, "this is no export of an instance", field: "/export", hint: "make one with: grapnel export")
    }
    guard let version = value["format_version"]?.intValue, (1...InstanceExport.currentVersion).contains(version) else {
      throw Problem(
        .invalid, "the export was written by a newer server", field: "/export/format_version",
        rule: "at most \(InstanceExport.currentVersion)", hint: "upgrade grapnel")
    }
    let file: InstanceExport
    do {
      file = try JSONDecoder().decode(InstanceExport.self, from: Data(value.serializedBytes))
    } catch {
      throw Problem(.invalid, "the export cannot be read", field: "/export", rule: "as docs/cli.md describes it")
    }
    var names: Set<String> = []
    for (index, hook) in file.hooks.enumerated() where !names.insert(hook.name).inserted {
      throw Problem(.invalid, "the hook \(hook.name) is there twice", field: "/export/hooks/\(index)/name")
    }
    return file
  }

  private static func files(_ hook: InstanceExport.Hook, at place: String) throws -> [BundleFile] {
    try hook.files.enumerated().map { index, file in
      guard let data = Data(base64Encoded: file.content) else {
        throw Problem(
          .invalid, "the content cannot be read", field: "\(place)/files/\(index)/content", rule: "base 64")
      }
      return BundleFile(path: file.path, isExecutable: file.executable, bytes: Array(data))
    }
  }

  /// - Throws: `Problem` `conflict` if a hook of the file is what the hook here was before its active version.
  private func refuseDowngrades(
    _ orders: [DeploymentOrder], _ plans: [DeploymentResource], _ instance: Instance
  ) async throws {
    for (order, plan) in zip(orders, plans) where plan.changed && !plan.difference.isEmpty {
      guard let hook = try await services.store.hooks.find(instance: instance.id, name: order.name) else { continue }
      let hash = try services.deployer.hash(of: order.files)
      let versions = try await services.store.hooks.versions(hook.id)
      guard let older = versions.first(where: { $0.bundle.hash == hash && $0.number < hook.version.number }) else {
        continue
      }
      throw Problem(
        .conflict,
        "the hook \(hook.name) of the file is version \(older.number) here, and \(hook.version.number) is active",
        field: "allow_downgrade", hint: "allow it with --allow-downgrade, or leave the hook out of the file")
    }
  }

  /// The variables of the file that have another value here.
  ///
  /// - Throws: `Problem` `invalid` for one that is no variable, `conflict` for one that is a secret here.
  private func changes(_ file: InstanceExport, _ instance: Instance) async throws -> [InstanceExport.Variable] {
    var changed: [InstanceExport.Variable] = []
    for (index, variable) in file.variables.enumerated() {
      let place = "/export/variables/\(index)"
      guard let kind = Variable.Kind(rawValue: variable.kind), let value = variable.value else {
        throw Problem(.invalid, "the variable cannot be read", field: place)
      }
      do {
        try Variables.validate(kind, variable.name, value)
      } catch var problem as Problem {
        problem.field = "\(place)/\(problem.field ?? "value")"
        throw problem
      }
      if let hook = variable.hook, !file.hooks.contains(where: { $0.name == hook }) {
        throw Problem(.invalid, "the file has no hook \(hook)", field: "\(place)/hook")
      }
      let here = try await present(variable, in: instance)
      if case .sealed? = here?.value {
        throw Problem(.conflict, "\(variable.name) is a secret here", field: place, hint: "remove it first")
      }
      if here?.value != .plain(value) { changed.append(variable) }
    }
    return changed
  }

  /// The schedules of the file that are others here.
  ///
  /// - Throws: `Problem` `invalid` for one that cannot be.
  private func scheduleChanges(
    _ file: InstanceExport, _ orders: [DeploymentOrder], _ instance: Instance
  ) async throws -> [DefinitionImport.Schedule] {
    let place = "/export/schedules"
    var wanted: [DefinitionImport.Schedule] = []
    for (index, schedule) in (file.schedules ?? []).enumerated() {
      do {
        try APICall.validate(
          schedule.definition, known: ScheduleDefinition.keys, at: "\(place)/\(index)/definition")
        wanted.append(
          DefinitionImport.Schedule(
            hookName: schedule.hook, name: schedule.name, definition: try ScheduleDefinition(schedule.definition),
            isEnabled: schedule.enabled))
      } catch var problem as Problem {
        if problem.field?.hasPrefix("/") != true {
          problem.field = "\(place)/\(index)/definition" + (problem.field.map { "/\($0)" } ?? "")
        }
        throw problem
      }
    }
    do {
      try await services.deployer.check(wanted, with: orders)
    } catch var problem as Problem {
      problem.field = problem.field.map { "\(place)/\($0)" }
      throw problem
    }
    var changed: [DefinitionImport.Schedule] = []
    for schedule in wanted {
      guard let hook = try await services.store.hooks.find(instance: instance.id, name: schedule.hookName),
        let here = try await services.store.schedules.find(hook: hook.id, name: schedule.name),
        here.origin == .api, here.definition == schedule.definition, here.isEnabled == schedule.isEnabled
      else {
        changed.append(schedule)
        continue
      }
    }
    return changed
  }

  /// The triggers of the file that are others here.
  ///
  /// - Throws: `Problem` `invalid` for one that cannot be.
  private func triggerChanges(
    _ file: InstanceExport, _ orders: [DeploymentOrder], _ instance: Instance
  ) async throws -> [DefinitionImport.Trigger] {
    let place = "/export/triggers"
    var wanted: [DefinitionImport.Trigger] = []
    for (index, trigger) in (file.triggers ?? []).enumerated() {
      do {
        try APICall.validate(trigger.definition, known: TriggerDefinition.keys, at: "\(place)/\(index)/definition")
        wanted.append(
          DefinitionImport.Trigger(
            hookName: trigger.hook, name: trigger.name, definition: try TriggerDefinition(trigger.definition),
            isEnabled: trigger.enabled))
      } catch var problem as Problem {
        if problem.field?.hasPrefix("/") != true {
          problem.field = "\(place)/\(index)/definition" + (problem.field.map { "/\($0)" } ?? "")
        }
        throw problem
      }
    }
    do {
      try await services.deployer.check(wanted, with: orders)
    } catch var problem as Problem {
      problem.field = problem.field.map { "\(place)/\($0)" }
      throw problem
    }
    var changed: [DefinitionImport.Trigger] = []
    for trigger in wanted {
      guard let hook = try await services.store.hooks.find(instance: instance.id, name: trigger.hookName),
        let here = try await services.store.triggers.find(hook: hook.id, name: trigger.name), here.origin == .api,
        here.definition == trigger.definition, here.isEnabled == trigger.isEnabled
      else {
        changed.append(trigger)
        continue
      }
    }
    return changed
  }

  private func missingSecrets(_ file: InstanceExport, _ instance: Instance) async throws -> [InstanceExport.Variable] {
    var missing: [InstanceExport.Variable] = []
    for secret in file.secrets where try await present(secret, in: instance) == nil { missing.append(secret) }
    return missing
  }

  private func present(_ variable: InstanceExport.Variable, in instance: Instance) async throws -> Variable? {
    var hook: Hook?
    if let name = variable.hook {
      hook = try await services.store.hooks.find(instance: instance.id, name: name)
      if hook == nil { return nil }
    }
    return try await services.store.variables.list(instance: instance.id, hook: hook?.id).first {
      $0.kind.rawValue == variable.kind && $0.name == variable.name
    }
  }
}

extension InstanceExport.Variable {
  /// What the store is to write of it; `nil` for a secret, whose value no file has.
  fileprivate var definition: DefinitionImport.Value? {
    guard let kind = Variable.Kind(rawValue: kind), let value else { return nil }
    return DefinitionImport.Value(hookName: hook, kind: kind, name: name, value: value)
  }
}
