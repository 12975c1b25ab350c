/// Triggers, and runs that start in the order of the changes that caused them.
enum Migration015Triggers: Migration {
  static let name = "015-triggers"

  static let sql = """
    CREATE TABLE triggers (
      id TEXT NOT NULL PRIMARY KEY,
      instance TEXT NOT NULL REFERENCES instances (id),
      serial INTEGER NOT NULL,
      hook TEXT NOT NULL REFERENCES hooks (id),
      name TEXT NOT NULL,
      origin TEXT NOT NULL,
      definition TEXT NOT NULL,
      is_enabled INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      UNIQUE (hook, name),
      UNIQUE (instance, serial)
    ) STRICT;
    CREATE TRIGGER triggers_of_nobody BEFORE INSERT ON triggers
    WHEN EXISTS (SELECT 1 FROM instances WHERE id = NEW.instance AND removed_at IS NOT NULL) BEGIN
      SELECT RAISE(ABORT, 'there is no such instance');
    END;

    ALTER TABLE runs ADD COLUMN cause_depth INTEGER NOT NULL DEFAULT 0;
    -- A JSON list of triggers.
    ALTER TABLE runs ADD COLUMN cause_chain TEXT;
    -- Runs of one key start one after another, in the order of their places: the serial numbers of the first attempts.
    ALTER TABLE runs ADD COLUMN order_key TEXT;
    ALTER TABLE runs ADD COLUMN order_place INTEGER;
    CREATE INDEX runs_by_trigger ON runs (cause_trigger, queued_at, serial) WHERE cause_trigger IS NOT NULL;
    CREATE INDEX runs_in_order ON runs (order_key, order_place)
      WHERE order_key IS NOT NULL AND status IN ('queued', 'starting', 'running');
    """
}
