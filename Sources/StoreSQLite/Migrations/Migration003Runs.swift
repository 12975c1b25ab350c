/// Runs, small and often listed, and their bodies, large and read one at a time.
enum Migration003Runs: Migration {
  static let name = "003-runs"

  static let sql = """
    -- `bundle` refers to nothing: code that was never saved is run too. `hook` may be empty for the same reason.
    CREATE TABLE runs (
      id TEXT NOT NULL PRIMARY KEY,
      instance TEXT NOT NULL REFERENCES instances (id),
      serial INTEGER NOT NULL,
      hook TEXT REFERENCES hooks (id),
      hook_name TEXT,
      bundle TEXT NOT NULL,
      definition INTEGER NOT NULL REFERENCES definitions (key),
      cause TEXT NOT NULL,
      cause_parent TEXT,
      cause_endpoint TEXT,
      cause_schedule TEXT,
      cause_trigger TEXT,
      cause_key TEXT,
      status TEXT NOT NULL,
      is_async INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      host TEXT,
      queued_at INTEGER NOT NULL,
      started_at INTEGER,
      ended_at INTEGER,
      exit_code INTEGER,
      signal INTEGER,
      cpu_us INTEGER NOT NULL,
      peak_memory INTEGER NOT NULL,
      bytes_in INTEGER NOT NULL,
      bytes_out INTEGER NOT NULL,
      failure TEXT,
      request TEXT,
      UNIQUE (instance, serial)
    ) STRICT;
    CREATE INDEX runs_by_time ON runs (instance, queued_at, serial);
    CREATE INDEX runs_by_hook ON runs (instance, hook_name, queued_at, serial);
    CREATE INDEX runs_by_status ON runs (instance, status, queued_at, serial);
    CREATE INDEX runs_waiting ON runs (queued_at, id) WHERE status = 'queued' AND is_async = 1;
    CREATE INDEX runs_unfinished ON runs (host) WHERE status IN ('queued', 'starting', 'running');
    CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL;

    CREATE TABLE run_bodies (
      run TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      payload TEXT,
      input BLOB NOT NULL,
      is_input_cut INTEGER NOT NULL,
      output BLOB NOT NULL,
      is_output_cut INTEGER NOT NULL,
      error_output BLOB NOT NULL,
      is_error_output_cut INTEGER NOT NULL,
      result TEXT,
      response TEXT
    ) STRICT;
    """
}
