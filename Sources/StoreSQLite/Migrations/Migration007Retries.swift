/// Attempts that follow each other, moments before which a run may not start, and runs whose last attempt failed.
enum Migration007Retries: Migration {
  static let name = "007-retries"

  static let sql = """
    -- `retry_of` refers to nothing: the first attempt may be pruned before the last.
    ALTER TABLE runs ADD COLUMN retry_of TEXT;
    ALTER TABLE runs ADD COLUMN not_before INTEGER;
    ALTER TABLE runs ADD COLUMN is_failure_report INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX runs_by_first_attempt ON runs (retry_of) WHERE retry_of IS NOT NULL;
    CREATE INDEX runs_postponed ON runs (not_before, id) WHERE status = 'queued' AND not_before IS NOT NULL;
    CREATE INDEX runs_queued_by_hook ON runs (hook) WHERE status = 'queued';

    -- `run` is the last attempt. A letter that was redriven stays, so that it is not redriven again.
    CREATE TABLE dead_letters (
      run TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      instance TEXT NOT NULL,
      hook_name TEXT,
      died_at INTEGER NOT NULL,
      serial INTEGER NOT NULL,
      redriven_as TEXT,
      redriven_at INTEGER
    ) STRICT;
    CREATE INDEX dead_letters_open ON dead_letters (instance, died_at, serial) WHERE redriven_as IS NULL;
    CREATE INDEX dead_letters_open_by_hook ON dead_letters (instance, hook_name, died_at, serial)
      WHERE redriven_as IS NULL;
    """
}
