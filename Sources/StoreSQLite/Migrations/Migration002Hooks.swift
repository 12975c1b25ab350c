/// Hooks and their versions. A removed hook keeps its row, because traces and versions refer to it; only names of hooks
/// that are there are unique. The active version is named by its number, so that hook and version need no circular
/// reference.
enum Migration002Hooks: Migration {
  static let name = "002-hooks"

  static let sql = """
    CREATE TABLE bundles (
      hash TEXT NOT NULL PRIMARY KEY,
      size INTEGER NOT NULL,
      file_count INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    -- A definition is written once and referred to by every version and run that has it.
    CREATE TABLE definitions (
      key INTEGER NOT NULL PRIMARY KEY,
      json TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE hooks (
      id TEXT NOT NULL PRIMARY KEY,
      instance TEXT NOT NULL REFERENCES instances (id),
      serial INTEGER NOT NULL,
      name TEXT NOT NULL,
      is_enabled INTEGER NOT NULL DEFAULT 1,
      active_number INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      removed_at INTEGER,
      UNIQUE (instance, serial)
    ) STRICT;
    CREATE UNIQUE INDEX hooks_by_name ON hooks (instance, name) WHERE removed_at IS NULL;

    CREATE TABLE hook_versions (
      id TEXT NOT NULL PRIMARY KEY,
      hook TEXT NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      bundle TEXT NOT NULL REFERENCES bundles (hash),
      definition INTEGER NOT NULL REFERENCES definitions (key),
      origin TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      UNIQUE (hook, number)
    ) STRICT;
    CREATE INDEX hook_versions_by_bundle ON hook_versions (bundle);
    """
}
