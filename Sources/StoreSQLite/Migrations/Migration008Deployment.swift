/// Who deployed what, what the folder of hooks said last, and events that belong to no instance.
enum Migration008Deployment: Migration {
  static let name = "008-deployment"

  static let sql = """
    -- Until now all versions came from the folder.
    ALTER TABLE hook_versions ADD COLUMN actor TEXT NOT NULL DEFAULT 'folder';

    -- What the watched folder had under a name when it was deployed from there last. Only another content is news: what
    -- was deployed or rolled back otherwise since stays until then. It refers to no hook: those are renamed and removed.
    CREATE TABLE folder_contents (
      instance TEXT NOT NULL REFERENCES instances (id),
      name TEXT NOT NULL,
      bundle TEXT NOT NULL,
      definition INTEGER NOT NULL REFERENCES definitions (key),
      PRIMARY KEY (instance, name)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO folder_contents (instance, name, bundle, definition)
      SELECT h.instance, h.name, v.bundle, v.definition FROM hooks h
      JOIN hook_versions v ON v.hook = h.id AND v.number = h.active_number WHERE h.removed_at IS NULL;

    -- Runs and logs keep the name that their hook had; they are found by it under the hook's new one.
    CREATE TABLE former_names (
      hook TEXT NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      left_at INTEGER NOT NULL,
      PRIMARY KEY (hook, name)
    ) STRICT, WITHOUT ROWID;

    -- `scope` is the id of the instance, or empty for what is the whole host's. With a rowid, unlike before: SQLite tells
    -- of changes only in tables that have one.
    CREATE TABLE scoped_events (
      scope TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      instance TEXT REFERENCES instances (id),
      time INTEGER NOT NULL,
      kind TEXT NOT NULL,
      subject TEXT,
      actor TEXT NOT NULL,
      data TEXT NOT NULL,
      PRIMARY KEY (scope, sequence)
    ) STRICT;
    INSERT INTO scoped_events (scope, sequence, instance, time, kind, subject, actor, data)
      SELECT instance, sequence, instance, time, kind, subject, actor, data FROM events;
    DROP TABLE events;
    ALTER TABLE scoped_events RENAME TO events;
    """
}
