/// Who there is: instances, accounts of the whole host, the servers, and the counters that number what they own.
enum Migration001Tenants: Migration {
  static let name = "001-tenants"

  // Times are microseconds since 1970. `serials.scope` is the id of an instance, or empty for what the host itself owns.
  static let sql = """
    CREATE TABLE serials (
      scope TEXT NOT NULL,
      kind TEXT NOT NULL,
      last INTEGER NOT NULL,
      PRIMARY KEY (scope, kind)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE instances (
      id TEXT NOT NULL PRIMARY KEY,
      serial INTEGER NOT NULL UNIQUE,
      name TEXT NOT NULL UNIQUE,
      description TEXT NOT NULL DEFAULT '',
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE accounts (
      id TEXT NOT NULL PRIMARY KEY,
      serial INTEGER NOT NULL UNIQUE,
      name TEXT NOT NULL UNIQUE COLLATE NOCASE,
      email TEXT NOT NULL UNIQUE COLLATE NOCASE,
      password_hash TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE hosts (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      lease_expires_at INTEGER NOT NULL
    ) STRICT;
    """
}
