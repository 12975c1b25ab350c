import GRDB
import Model
import Store

extension SQLiteHookStore {
  /// A deployment with its definition written.
  struct Written {
    let deployment: Deployment
    /// As it is read back.
    let definition: HookDefinition
    let key: Int64
  }

  func deploy(_ deployments: [Deployment], at time: Timestamp) async throws -> [(hook: Hook, changed: Bool)] {
    let written = try await write(deployments)
    return try await change { database in try deploy(written, at: time, in: database) }
  }

  func deployFromFolder(_ deployment: Deployment, at time: Timestamp) async throws -> (hook: Hook?, changed: Bool) {
    try Name.validate(deployment.name, field: "name")
    let written = try await write(deployment)
    return try await change { database in
      let place = [deployment.instance.text, deployment.name]
      let last = try database.rows(
        "SELECT bundle, definition FROM folder_contents WHERE instance = ? AND name = ?", place
      ) {
        (
          bundle: try $0.next(String.self),
          definition: try connection.definitions.definition($0.next(), in: database)
        )
      }.first
      if let last, last.bundle == deployment.bundle.hash {
        // What the same files come to may change, with a compiler or a version of the server: then what the folder itself
        // has put there follows, and nothing else.
        let active = try find(instance: deployment.instance, name: deployment.name, in: database)
        guard let active, last.definition != written.definition, active.version.bundle.hash == last.bundle,
          active.version.definition == last.definition
        else { return (active, false) }
      }
      try database.run(
        """
        INSERT INTO folder_contents (instance, name, bundle, definition) VALUES (?, ?, ?, ?)
        ON CONFLICT (instance, name) DO UPDATE SET bundle = excluded.bundle, definition = excluded.definition
        """, place + [deployment.bundle.hash, written.key])
      var (hook, isChanged) = try deploy(written, at: time, in: database)
      hook.isInFolder = true
      return (hook, isChanged)
    }
  }

  func removeFromFolder(instance: ID<Instance>, name: String, at time: Timestamp) async throws -> Bool {
    try await change { database in
      try database.run("DELETE FROM folder_contents WHERE instance = ? AND name = ?", [instance.text, name])
      guard let hook = try find(instance: instance, name: name, in: database), hook.version.origin == .folder else {
        return false
      }
      try remove(hook, by: HookVersion.Origin.folder.rawValue, at: time, in: database)
      return true
    }
  }

  /// Writes the definitions of deployments, which nothing refers to until those are made.
  func write(_ deployments: [Deployment]) async throws -> [Written] {
    for deployment in deployments { try Name.validate(deployment.name, field: "name") }
    var written: [Written] = []
    for deployment in deployments { written.append(try await write(deployment)) }
    return written
  }

  /// Makes deployments, in a transaction.
  func deploy(
    _ written: [Written], at time: Timestamp, in database: Database
  ) throws -> [(hook: Hook, changed: Bool)] {
    try written.map { try deploy($0, at: time, in: database) }
  }

  private func write(_ deployment: Deployment) async throws -> Written {
    let definitions = connection.definitions
    return Written(
      deployment: deployment, definition: try definitions.asStored(deployment.definition),
      key: try await definitions.key(of: deployment.definition))
  }

  private func deploy(
    _ written: Written, at time: Timestamp, in database: Database
  ) throws -> (hook: Hook, changed: Bool) {
    let deployment = written.deployment
    let present = try find(instance: deployment.instance, name: deployment.name, in: database)
    try Problem.validateVersion(present, expected: deployment.expectedVersion)
    var isChanged = false
    var hook: Hook
    if let present, present.version.bundle.hash == deployment.bundle.hash,
      present.version.definition == written.definition
    {
      hook = present
    } else {
      hook = try present ?? insert(instance: deployment.instance, name: deployment.name, at: time, in: database)
      hook.version = try insertVersion(of: hook, written, at: time, in: database)
      hook.updatedAt = time
      isChanged = true
      try database.run(
        "UPDATE hooks SET active_number = ?, updated_at = ? WHERE id = ?",
        [hook.version.number, time.microseconds, hook.id.text])
      try append(
        "hook.deployed", to: hook, by: deployment.actor, at: time,
        ["version": .int(hook.version.number), "bundle": .string(deployment.bundle.hash)], in: database)
      try syncSchedules(of: hook, by: deployment.actor, at: time, in: database)
      try syncTriggers(of: hook, by: deployment.actor, at: time, in: database)
    }
    if let isEnabled = deployment.isEnabled, isEnabled != hook.isEnabled {
      hook = try enable(hook, isEnabled, by: deployment.actor, at: time, in: database)
      isChanged = true
    }
    return (hook, isChanged)
  }

  /// A new hook that has no version yet; the caller gives it its first in the same change.
  private func insert(
    instance: ID<Instance>, name: String, at time: Timestamp, in database: Database
  ) throws -> Hook {
    let id = ID<Hook>(at: time)
    let serial = try database.nextSerial(of: "hook", in: instance.text)
    try database.run(
      """
      INSERT INTO hooks (id, instance, serial, name, active_number, created_at, updated_at)
      VALUES (?, ?, ?, ?, 0, ?, ?)
      """, [id.text, instance.text, serial, name, time.microseconds, time.microseconds])
    let none = HookVersion(
      id: ID(at: time), number: 0, bundle: Bundle(hash: "", size: 0, fileCount: 0),
      definition: HookDefinition(runtime: "", entry: ""), createdAt: time)
    let isInFolder: Int? = try database.value(
      "SELECT 1 FROM folder_contents WHERE instance = ? AND name = ?", [instance.text, name])
    return Hook(
      id: id, instance: instance, serial: serial, name: name, version: none, isInFolder: isInFolder != nil,
      createdAt: time, updatedAt: time)
  }

  private func insertVersion(
    of hook: Hook, _ written: Written, at time: Timestamp, in database: Database
  ) throws -> HookVersion {
    let deployment = written.deployment
    let bundle = deployment.bundle
    try database.run(
      """
      INSERT INTO bundles (hash, size, file_count, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING
      """, [bundle.hash, bundle.size, bundle.fileCount, time.microseconds])
    let newest: Int64? = try database.value("SELECT MAX(number) FROM hook_versions WHERE hook = ?", [hook.id.text])
    let version = HookVersion(
      id: ID(at: time), number: (newest ?? 0) + 1, bundle: bundle, definition: written.definition,
      origin: deployment.origin, actor: deployment.actor, createdAt: time)
    try database.run(
      """
      INSERT INTO hook_versions (id, hook, number, bundle, definition, origin, actor, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        version.id.text, hook.id.text, version.number, bundle.hash, written.key, version.origin.rawValue,
        version.actor, time.microseconds,
      ])
    return version
  }
}
