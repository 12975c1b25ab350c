/// Requests that are to be run once, by the keys of their callers.
enum Migration010Idempotency: Migration {
  static let name = "010-idempotency"

  static let sql = """
    -- `run` refers to nothing: a claim holds as long as it was promised, also when its trace is gone.
    CREATE TABLE idempotency_claims (
      instance TEXT NOT NULL,
      hook TEXT NOT NULL,
      caller TEXT NOT NULL,
      key TEXT NOT NULL,
      fingerprint BLOB NOT NULL,
      run TEXT NOT NULL,
      expires_at INTEGER NOT NULL,
      PRIMARY KEY (instance, hook, caller, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX idempotency_claims_by_end ON idempotency_claims (instance, expires_at);

    -- Counting them for every new one would take longer the more there are.
    CREATE TABLE idempotency_counts (
      instance TEXT NOT NULL PRIMARY KEY,
      claims INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER idempotency_claims_made AFTER INSERT ON idempotency_claims BEGIN
      INSERT INTO idempotency_counts (instance, claims) VALUES (NEW.instance, 1)
      ON CONFLICT (instance) DO UPDATE SET claims = claims + 1;
    END;
    CREATE TRIGGER idempotency_claims_gone AFTER DELETE ON idempotency_claims BEGIN
      UPDATE idempotency_counts SET claims = claims - 1 WHERE instance = OLD.instance;
    END;
    """
}
