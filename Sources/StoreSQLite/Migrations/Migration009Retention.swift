/// How much there is of what piles up, so that retention need not count it, and the history of runs by the minute.
enum Migration009Retention: Migration {
  static let name = "009-retention"

  /// About what a run takes: its row, and its bodies in `table`.
  private static func size(_ table: String) -> String {
    """
    512 + LENGTH(\(table).input) + LENGTH(\(table).output) + LENGTH(\(table).error_output)
        + COALESCE(LENGTH(\(table).payload), 0) + COALESCE(LENGTH(\(table).result), 0)
    """
  }

  // The triggers keep `usage` true whatever changes the tables, deletions that a reference causes included.
  // `took_N` counts the runs whose duration falls into bucket N of the model's `DurationHistogram`.
  static let sql = """
    CREATE TABLE usage (
      kind TEXT NOT NULL,
      instance TEXT NOT NULL REFERENCES instances (id),
      count INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      PRIMARY KEY (kind, instance)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO usage (kind, instance, count, bytes)
      SELECT 'runs', r.instance, COUNT(*), SUM(\(size("b"))) FROM runs r JOIN run_bodies b ON b.run = r.id
      GROUP BY r.instance;
    INSERT INTO usage (kind, instance, count, bytes)
      SELECT 'logs', instance, COUNT(*), SUM(256 + LENGTH(CAST(COALESCE(json, bytes) AS BLOB))) FROM logs
      GROUP BY instance;

    -- Every run is written together with its bodies.
    CREATE TRIGGER usage_of_new_run AFTER INSERT ON run_bodies BEGIN
      INSERT INTO usage (kind, instance, count, bytes)
      SELECT 'runs', instance, 1, \(size("NEW")) FROM runs WHERE id = NEW.run
      ON CONFLICT DO UPDATE SET count = count + 1, bytes = bytes + excluded.bytes;
    END;
    CREATE TRIGGER usage_of_changed_run AFTER UPDATE ON run_bodies BEGIN
      UPDATE usage SET bytes = bytes + (\(size("NEW"))) - (\(size("OLD")))
      WHERE kind = 'runs' AND instance = (SELECT instance FROM runs WHERE id = NEW.run);
    END;
    CREATE TRIGGER usage_of_gone_run BEFORE DELETE ON runs BEGIN
      UPDATE usage SET (count, bytes) = (
        SELECT usage.count - 1, usage.bytes - (\(size("b"))) FROM run_bodies b WHERE b.run = OLD.id)
      WHERE kind = 'runs' AND instance = OLD.instance AND EXISTS (SELECT 1 FROM run_bodies WHERE run = OLD.id);
    END;
    CREATE TRIGGER usage_of_new_message AFTER INSERT ON logs BEGIN
      INSERT INTO usage (kind, instance, count, bytes)
      VALUES ('logs', NEW.instance, 1, 256 + LENGTH(CAST(COALESCE(NEW.json, NEW.bytes) AS BLOB)))
      ON CONFLICT DO UPDATE SET count = count + 1, bytes = bytes + excluded.bytes;
    END;
    CREATE TRIGGER usage_of_gone_message AFTER DELETE ON logs BEGIN
      UPDATE usage SET count = count - 1, bytes = bytes - 256 - LENGTH(CAST(COALESCE(OLD.json, OLD.bytes) AS BLOB))
      WHERE kind = 'logs' AND instance = OLD.instance;
    END;

    CREATE TABLE run_minutes (
      instance TEXT NOT NULL REFERENCES instances (id),
      minute INTEGER NOT NULL,
      hook_name TEXT NOT NULL,
      succeeded INTEGER NOT NULL, failed INTEGER NOT NULL, timed_out INTEGER NOT NULL, limited INTEGER NOT NULL,
      cancelled INTEGER NOT NULL, lost INTEGER NOT NULL, blocked INTEGER NOT NULL,
      run_us INTEGER NOT NULL, longest_us INTEGER NOT NULL, wait_us INTEGER NOT NULL,
      longest_wait_us INTEGER NOT NULL, cpu_us INTEGER NOT NULL, peak_memory INTEGER NOT NULL,
      took_0 INTEGER NOT NULL, took_1 INTEGER NOT NULL, took_2 INTEGER NOT NULL, took_3 INTEGER NOT NULL,
      took_4 INTEGER NOT NULL, took_5 INTEGER NOT NULL, took_6 INTEGER NOT NULL, took_7 INTEGER NOT NULL,
      took_8 INTEGER NOT NULL, took_9 INTEGER NOT NULL, took_10 INTEGER NOT NULL, took_11 INTEGER NOT NULL,
      took_12 INTEGER NOT NULL, took_13 INTEGER NOT NULL, took_14 INTEGER NOT NULL, took_15 INTEGER NOT NULL,
      took_16 INTEGER NOT NULL,
      PRIMARY KEY (instance, minute, hook_name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX run_minutes_by_age ON run_minutes (minute);
    """
}
