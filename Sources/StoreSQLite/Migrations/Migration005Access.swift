/// Keys, the feed of events, and variables.
enum Migration005Access: Migration {
  static let name = "005-access"

  static let sql = """
    CREATE TABLE keys (
      id TEXT NOT NULL PRIMARY KEY,
      instance TEXT REFERENCES instances (id),
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      prefix TEXT NOT NULL,
      hash BLOB NOT NULL UNIQUE,
      sealed BLOB,
      created_at INTEGER NOT NULL,
      expires_at INTEGER
    ) STRICT;
    CREATE INDEX keys_by_instance ON keys (instance);

    CREATE TABLE events (
      instance TEXT NOT NULL REFERENCES instances (id),
      sequence INTEGER NOT NULL,
      time INTEGER NOT NULL,
      kind TEXT NOT NULL,
      subject TEXT,
      actor TEXT NOT NULL,
      data TEXT NOT NULL,
      PRIMARY KEY (instance, sequence)
    ) STRICT, WITHOUT ROWID;

    -- Either a JSON value in the clear or a secret, sealed with a key that is not in this database.
    CREATE TABLE variables (
      instance TEXT NOT NULL REFERENCES instances (id),
      hook TEXT REFERENCES hooks (id),
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      json TEXT,
      sealed BLOB,
      updated_at INTEGER NOT NULL,
      CHECK ((json IS NULL) <> (sealed IS NULL))
    ) STRICT;
    CREATE UNIQUE INDEX variables_by_name ON variables (instance, COALESCE(hook, ''), kind, name);
    """
}
