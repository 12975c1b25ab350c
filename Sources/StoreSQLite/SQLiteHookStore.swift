import GRDB
import Model
import Store

struct SQLiteHookStore: HookStore {
  private struct Place: Hashable {
    let instance: ID<Instance>
    let name: String
  }

  let connection: StoreConnection
  let variables: SQLiteVariableStore
  private let known = LookupCache<Place, Hook>()

  init(connection: StoreConnection, variables: SQLiteVariableStore) {
    self.connection = connection
    self.variables = variables
  }

  private static let versionColumns =
    "v.id, v.number, b.hash, b.size, b.file_count, v.definition, v.origin, v.actor, v.created_at"

  private static let select = """
    SELECT h.id, h.instance, h.serial, h.name, h.is_enabled, h.created_at, h.updated_at,
      EXISTS (SELECT 1 FROM folder_contents f WHERE f.instance = h.instance AND f.name = h.name), \(versionColumns)
    FROM hooks h
    JOIN hook_versions v ON v.hook = h.id AND v.number = h.active_number
    JOIN bundles b ON b.hash = v.bundle
    WHERE h.removed_at IS NULL
    """

  /// Changes hooks; what was remembered of them is forgotten before the caller is told.
  func change<Value: Sendable>(
    bytes: Int = 0, _ change: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    defer { known.forgetAll() }
    return try await connection.changeTriggers(bytes: bytes, change)
  }

  func find(instance: ID<Instance>, name: String) async throws -> Hook? {
    try await known.value(for: Place(instance: instance, name: name)) {
      try await connection.read { database in try find(instance: instance, name: name, in: database) }
    }
  }

  func find(_ id: ID<Hook>) async throws -> Hook? {
    try await connection.read { database in try find(id, in: database) }
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

  func versions(_ hook: ID<Hook>, before number: Int64?, limit: Int) async throws -> [HookVersion] {
    try Problem.validateLimit(limit)
    return try await connection.read { database in
      try database.rows(
        """
        SELECT \(Self.versionColumns) FROM hook_versions v JOIN bundles b ON b.hash = v.bundle
        WHERE v.hook = ? AND v.number < ? ORDER BY v.number DESC LIMIT ?
        """, [hook.text, number ?? .max, limit]
      ) { try decodeVersion(&$0, in: database) }
    }
  }

  func version(_ hook: ID<Hook>, number: Int64) async throws -> HookVersion? {
    try await connection.read { database in try version(hook, number: number, in: database) }
  }

  func formerNames(_ hook: ID<Hook>) async throws -> [String] {
    try await connection.read { database in
      try database.rows(
        """
        SELECT n.name FROM former_names n JOIN hooks h ON h.id = n.hook
        WHERE n.hook = ? AND n.name <> h.name ORDER BY n.left_at, n.name
        """, [hook.text]
      ) { try $0.next(String.self) }
    }
  }

  func folderNames(instance: ID<Instance>) async throws -> [String] {
    try await connection.read { database in
      try database.rows("SELECT name FROM folder_contents WHERE instance = ? ORDER BY name", [instance.text]) {
        try $0.next(String.self)
      }
    }
  }

  func bundlesInUse() async throws -> Set<String> {
    try await connection.read { database in
      Set(
        try database.rows(
          """
          WITH used (bundle, definition) AS (
            SELECT v.bundle, v.definition FROM hook_versions v
            JOIN hooks h ON h.id = v.hook JOIN instances i ON i.id = h.instance
            WHERE h.removed_at IS NULL AND i.removed_at IS NULL
            UNION
            SELECT bundle, definition FROM runs WHERE status IN ('queued', 'starting', 'running')
          ), layers (names) AS (
            SELECT json_extract(d.json, '$.layers') FROM definitions d WHERE d.key IN (SELECT definition FROM used)
          )
          SELECT bundle FROM used
          UNION
          SELECT value FROM layers, json_each(layers.names) WHERE layers.names IS NOT NULL
          """, []
        ) { try $0.next(String.self) })
    }
  }

  // MARK: - In a transaction

  func find(instance: ID<Instance>, name: String, in database: Database) throws -> Hook? {
    try database.rows("\(Self.select) AND h.instance = ? AND h.name = ?", [instance.text, name]) {
      try decode(&$0, in: database)
    }.first
  }

  func find(_ id: ID<Hook>, in database: Database) throws -> Hook? {
    try database.rows("\(Self.select) AND h.id = ?", [id.text]) { try decode(&$0, in: database) }.first
  }

  func version(_ hook: ID<Hook>, number: Int64, in database: Database) throws -> HookVersion? {
    try database.rows(
      """
      SELECT \(Self.versionColumns) FROM hook_versions v JOIN bundles b ON b.hash = v.bundle
      WHERE v.hook = ? AND v.number = ?
      """, [hook.text, number]
    ) { try decodeVersion(&$0, in: database) }.first
  }

  private func decode(_ columns: inout ColumnReader, in database: Database) throws -> Hook {
    let id = try columns.id(Hook.self)
    let instance = try columns.id(Instance.self)
    let serial = try columns.next(Int64.self)
    let name = try columns.next(String.self)
    let isEnabled = try columns.next(Bool.self)
    let createdAt = try columns.time()
    let updatedAt = try columns.time()
    let isInFolder = try columns.next(Bool.self)
    return Hook(
      id: id, instance: instance, serial: serial, name: name, isEnabled: isEnabled,
      version: try decodeVersion(&columns, in: database), isInFolder: isInFolder, createdAt: createdAt,
      updatedAt: updatedAt)
  }

  private func decodeVersion(_ columns: inout ColumnReader, in database: Database) throws -> HookVersion {
    HookVersion(
      id: try columns.id(), number: try columns.next(),
      bundle: Bundle(hash: try columns.next(), size: try columns.next(), fileCount: try columns.next()),
      definition: try connection.definitions.definition(columns.next(), in: database), origin: try columns.word(),
      actor: try columns.next(), createdAt: try columns.time())
  }
}
