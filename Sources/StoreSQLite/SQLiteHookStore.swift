import GRDB
import Model
import Store

struct SQLiteHookStore: HookStore {
  private struct Place: Hashable {
    let instance: ID<Instance>
    let name: String
  }

  let connection: StoreConnection
  private let known = LookupCache<Place, Hook>()

  init(connection: StoreConnection) {
    self.connection = connection
  }

  private static let versionColumns =
    "v.id, v.number, b.hash, b.size, b.file_count, v.definition, v.created_at"

  private static let select = """
    SELECT h.id, h.instance, h.serial, h.name, h.is_enabled, h.created_at, h.updated_at, \(versionColumns)
    FROM hooks h
    JOIN hook_versions v ON v.hook = h.id AND v.number = h.active_number
    JOIN bundles b ON b.hash = v.bundle
    WHERE h.removed_at IS NULL
    """

  func deploy(
    instance: ID<Instance>, name: String, bundle: Bundle, definition: HookDefinition, origin: String, at time: Timestamp
  ) async throws -> (hook: Hook, changed: Bool) {
    try Name.validate(name, field: "name")
    let key = try await connection.definitions.key(of: definition)
    defer { known.forgetAll() }
    return try await connection.write { database in
      let present = try find(instance: instance, name: name, in: database)
      if let present, present.version.bundle.hash == bundle.hash {
        // Compared as they are written: 1.0 and 1 are the same then, as they are when read back.
        let active: Int64? = try database.value(
          "SELECT definition FROM hook_versions WHERE id = ?", [present.version.id.text])
        if active == key { return (present, false) }
      }
      var hook = try present ?? insert(instance: instance, name: name, at: time, in: database)
      hook.version = try insertVersion(
        of: hook, bundle: bundle, definition: definition, key: key, origin: origin, at: time, in: database)
      hook.updatedAt = time
      try database.run(
        "UPDATE hooks SET active_number = ?, updated_at = ? WHERE id = ?",
        [hook.version.number, time.microseconds, hook.id.text])
      _ = try database.append(
        Event(
          instance: instance, time: time, kind: "hook.deployed", subject: hook.id.text, actor: origin,
          data: ["name": .string(name), "version": .int(hook.version.number), "bundle": .string(bundle.hash)]))
      return (hook, true)
    }
  }

  func find(instance: ID<Instance>, name: String) async throws -> Hook? {
    try await known.value(for: Place(instance: instance, name: name)) {
      try await connection.read { database in try find(instance: instance, name: name, in: database) }
    }
  }

  func find(_ id: ID<Hook>) async throws -> Hook? {
    try await connection.read { database in
      try database.rows("\(Self.select) AND h.id = ?", [id.text]) { try decode(&$0, in: database) }.first
    }
  }

  func list(instance: ID<Instance>) async throws -> [Hook] {
    try await connection.read { database in
      try database.rows("\(Self.select) AND h.instance = ? ORDER BY h.name", [instance.text]) {
        try decode(&$0, in: database)
      }
    }
  }

  func list(instance: ID<Instance>, after name: String?, limit: Int) async throws -> [Hook] {
    try await connection.read { database in
      try database.rows(
        "\(Self.select) AND h.instance = ? AND h.name > ? ORDER BY h.name LIMIT ?",
        [instance.text, name ?? "", limit]
      ) { try decode(&$0, in: database) }
    }
  }

  func versions(_ hook: ID<Hook>) async throws -> [HookVersion] {
    try await connection.read { database in
      try database.rows(
        """
        SELECT \(Self.versionColumns) FROM hook_versions v JOIN bundles b ON b.hash = v.bundle
        WHERE v.hook = ? ORDER BY v.number DESC
        """, [hook.text]
      ) { try decodeVersion(&$0, in: database) }
    }
  }

  func remove(_ id: ID<Hook>, at time: Timestamp) async throws -> Bool {
    defer { known.forgetAll() }
    return try await connection.write { database in
      let found = try database.rows(
        """
        SELECT h.instance, h.name, v.origin FROM hooks h
        JOIN hook_versions v ON v.hook = h.id AND v.number = h.active_number
        WHERE h.id = ? AND h.removed_at IS NULL
        """, [id.text]
      ) { (instance: try $0.id(Instance.self), name: try $0.next(String.self), origin: try $0.next(String.self)) }
      guard let hook = found.first else { return false }
      try database.run("UPDATE hooks SET removed_at = ? WHERE id = ?", [time.microseconds, id.text])
      _ = try database.append(
        Event(
          instance: hook.instance, time: time, kind: "hook.removed", subject: id.text, actor: hook.origin,
          data: ["name": .string(hook.name)]))
      return true
    }
  }

  func bundlesInUse() async throws -> Set<String> {
    try await connection.read { database in
      Set(
        try database.rows(
          """
          SELECT v.bundle FROM hook_versions v JOIN hooks h ON h.id = v.hook WHERE h.removed_at IS NULL
          UNION
          SELECT bundle FROM runs WHERE status IN ('queued', 'starting', 'running')
          """, []
        ) { try $0.next(String.self) })
    }
  }

  private func find(instance: ID<Instance>, name: String, in database: Database) throws -> Hook? {
    try database.rows("\(Self.select) AND h.instance = ? AND h.name = ?", [instance.text, name]) {
      try decode(&$0, in: database)
    }.first
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
    return Hook(
      id: id, instance: instance, serial: serial, name: name, version: none, createdAt: time, updatedAt: time)
  }

  private func insertVersion(
    of hook: Hook, bundle: Bundle, definition: HookDefinition, key: Int64, origin: String, at time: Timestamp,
    in database: Database
  ) throws -> HookVersion {
    try database.run(
      """
      INSERT INTO bundles (hash, size, file_count, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING
      """, [bundle.hash, bundle.size, bundle.fileCount, time.microseconds])
    let newest: Int64? = try database.value("SELECT MAX(number) FROM hook_versions WHERE hook = ?", [hook.id.text])
    let version = HookVersion(
      id: ID(at: time), number: (newest ?? 0) + 1, bundle: bundle, definition: definition, createdAt: time)
    try database.run(
      """
      INSERT INTO hook_versions (id, hook, number, bundle, definition, origin, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
      """, [version.id.text, hook.id.text, version.number, bundle.hash, key, origin, time.microseconds])
    return version
  }

  private func decode(_ columns: inout ColumnReader, in database: Database) throws -> Hook {
    let id = try columns.id(Hook.self)
    let instance = try columns.id(Instance.self)
    let serial = try columns.next(Int64.self)
    let name = try columns.next(String.self)
    let isEnabled = try columns.next(Bool.self)
    let createdAt = try columns.time()
    let updatedAt = try columns.time()
    return Hook(
      id: id, instance: instance, serial: serial, name: name, isEnabled: isEnabled,
      version: try decodeVersion(&columns, in: database), createdAt: createdAt, updatedAt: updatedAt)
  }

  private func decodeVersion(_ columns: inout ColumnReader, in database: Database) throws -> HookVersion {
    HookVersion(
      id: try columns.id(), number: try columns.next(),
      bundle: Bundle(hash: try columns.next(), size: try columns.next(), fileCount: try columns.next()),
      definition: try connection.definitions.definition(columns.next(), in: database), createdAt: try columns.time())
  }
}
