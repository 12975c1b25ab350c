/// What runs wrote, one row a message. Logs live apart from runs: each is deleted without the other.
enum Migration004Logs: Migration {
  static let name = "004-logs"

  // AUTOINCREMENT, because a sequence number is a reader's cursor and must not come again after a deletion.
  static let sql = """
    CREATE TABLE logs (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      instance TEXT NOT NULL REFERENCES instances (id),
      hook TEXT,
      hook_name TEXT,
      run TEXT,
      time INTEGER NOT NULL,
      level TEXT NOT NULL,
      stream TEXT NOT NULL,
      json TEXT,
      bytes BLOB,
      client_address TEXT,
      CHECK ((json IS NULL) <> (bytes IS NULL))
    ) STRICT;
    CREATE INDEX logs_by_instance ON logs (instance, sequence);
    CREATE INDEX logs_by_hook_name ON logs (instance, hook_name, sequence);
    CREATE INDEX logs_by_hook ON logs (hook) WHERE hook IS NOT NULL;
    CREATE INDEX logs_by_run ON logs (run, sequence) WHERE run IS NOT NULL;
    """
}
