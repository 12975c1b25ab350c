/// Schedules, how far each has come, and the slots that runs are of.
enum Migration012Schedules: Migration {
  static let name = "012-schedules"

  // Every claim of a slot writes one row of `schedules`: it is narrow, and what claims change is in no index but that of
  // waiting slots, which they touch only then. What people declare, of any size, is beside it; in columns, because every
  // claim reads it.
  static let sql = """
    CREATE TABLE schedules (
      id TEXT NOT NULL PRIMARY KEY,
      revision INTEGER NOT NULL,
      is_enabled INTEGER NOT NULL,
      due INTEGER,
      hook TEXT NOT NULL REFERENCES hooks (id),
      decided_through INTEGER NOT NULL,
      waiting INTEGER,
      last_slot INTEGER,
      last_run TEXT,
      fired INTEGER NOT NULL,
      skipped INTEGER NOT NULL,
      missed INTEGER NOT NULL,
      failures INTEGER NOT NULL,
      -- Whether the last slot that was to have a run was refused for the runs that are queued.
      is_refused INTEGER NOT NULL DEFAULT 0,
      silent_since INTEGER,
      tolerance_us INTEGER NOT NULL,
      instance TEXT NOT NULL REFERENCES instances (id),
      serial INTEGER NOT NULL,
      name TEXT NOT NULL,
      origin TEXT NOT NULL,
      disabled_reason TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      UNIQUE (hook, name),
      UNIQUE (instance, serial)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX schedules_by_hook ON schedules (hook, serial);
    CREATE INDEX schedules_waiting ON schedules (waiting, id) WHERE waiting IS NOT NULL;
    CREATE INDEX schedules_silent ON schedules (instance, serial) WHERE silent_since IS NOT NULL;

    CREATE TABLE schedule_definitions (
      schedule TEXT NOT NULL PRIMARY KEY REFERENCES schedules (id) ON DELETE CASCADE,
      -- One of these three.
      every_us INTEGER,
      cron TEXT,
      moment TEXT,
      align TEXT NOT NULL,
      zone TEXT,
      jitter_us INTEGER,
      starts_at INTEGER,
      ends_at INTEGER,
      description TEXT NOT NULL,
      payload TEXT,
      overlap TEXT NOT NULL,
      missed TEXT NOT NULL,
      disable_after INTEGER,
      on_failure TEXT,
      on_recovery TEXT
    ) STRICT, WITHOUT ROWID;

    -- The last change of each schedule, but for those that claims make. AUTOINCREMENT, because a number is a reader's
    -- cursor and must not come again.
    CREATE TABLE schedule_changes (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      schedule TEXT NOT NULL UNIQUE REFERENCES schedules (id) ON DELETE CASCADE
    ) STRICT;

    -- Counting them for every new one would take longer the more there are.
    CREATE TRIGGER usage_of_new_schedule AFTER INSERT ON schedules BEGIN
      INSERT INTO usage (kind, instance, count, bytes) VALUES ('schedules', NEW.instance, 1, 0)
      ON CONFLICT DO UPDATE SET count = count + 1;
    END;
    CREATE TRIGGER usage_of_gone_schedule AFTER DELETE ON schedules BEGIN
      UPDATE usage SET count = count - 1 WHERE kind = 'schedules' AND instance = OLD.instance;
    END;
    CREATE TRIGGER schedules_of_nobody BEFORE INSERT ON schedules
    WHEN EXISTS (SELECT 1 FROM instances WHERE id = NEW.instance AND removed_at IS NOT NULL) BEGIN
      SELECT RAISE(ABORT, 'there is no such instance');
    END;

    -- One slot of one schedule has one run; attempts that follow it are of the same slot. The slot comes first, so that
    -- runs of one time stand together, however many schedules there are.
    ALTER TABLE runs ADD COLUMN slot INTEGER;
    CREATE UNIQUE INDEX runs_by_slot ON runs (slot, cause_schedule) WHERE slot IS NOT NULL AND retry_of IS NULL;
    CREATE INDEX runs_by_schedule ON runs (cause_schedule, queued_at, serial) WHERE cause_schedule IS NOT NULL;
    CREATE INDEX runs_unfinished_by_schedule ON runs (cause_schedule)
      WHERE cause_schedule IS NOT NULL AND status IN ('queued', 'starting', 'running');
    """
}
