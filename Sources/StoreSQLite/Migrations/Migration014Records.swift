/// The data side: buckets, groups, classes, records and accounts, who may do what, and which bucket is whose.
enum Migration014Records: Migration {
  static let name = "014-records"

  // Times are milliseconds since 1970 here, as the protocols of the data side have them. Kinds and permissions are the
  // numbers of `DataKind` and `DataPermission`. `parent` is 0 for what lies at the root; it is no foreign key, because
  // what lay below a deleted object is cleared away later.
  static let sql = """
    -- AUTOINCREMENT, because what refers to a row must never find another object there. What was deleted has a row of
    -- its own, so that nothing which lay below the former one is below it.
    CREATE TABLE objects (
      row INTEGER PRIMARY KEY AUTOINCREMENT,
      parent INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      name TEXT NOT NULL,
      modified INTEGER NOT NULL,
      is_deleted INTEGER NOT NULL,
      data TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX objects_by_name ON objects (parent, kind, name);
    -- With the name, so that it is the whole order of a list.
    CREATE INDEX objects_by_time ON objects (parent, kind, modified, name);

    -- When each list last changed, if anybody asked, and how many objects it has.
    CREATE TABLE object_lists (
      parent INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      modified INTEGER,
      live INTEGER NOT NULL DEFAULT 0,
      dead INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (parent, kind)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE principals (
      row INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE grants (
      object INTEGER NOT NULL,
      principal INTEGER NOT NULL,
      permission INTEGER NOT NULL,
      -- That of the object, so that what somebody may see of one list is found without the rest.
      parent INTEGER NOT NULL,
      PRIMARY KEY (object, principal, permission)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX grants_by_principal ON grants (principal, parent, object);
    CREATE TABLE group_members (
      group_row INTEGER NOT NULL,
      principal INTEGER NOT NULL,
      PRIMARY KEY (group_row, principal)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX group_members_by_principal ON group_members (principal);

    CREATE TABLE password_hashes (
      object INTEGER PRIMARY KEY,
      hash TEXT NOT NULL
    ) STRICT;

    CREATE TABLE bucket_instances (
      bucket INTEGER PRIMARY KEY,
      instance TEXT NOT NULL UNIQUE REFERENCES instances (id)
    ) STRICT;

    -- What deletions have left behind: objects with all that was below them, principals that are dead, fields that are
    -- indexed no more.
    CREATE TABLE leftovers (
      kind TEXT NOT NULL,
      row INTEGER NOT NULL,
      PRIMARY KEY (kind, row)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE indexed_fields (
      row INTEGER PRIMARY KEY AUTOINCREMENT,
      class INTEGER NOT NULL,
      name TEXT NOT NULL,
      is_unique INTEGER NOT NULL,
      UNIQUE (class, name)
    ) STRICT;
    -- `key` is as `SortKey` makes it, and may be cut. With the time, so that the newest with one value are found first.
    CREATE TABLE indexed_values (
      field INTEGER NOT NULL,
      key BLOB NOT NULL,
      modified INTEGER NOT NULL,
      object INTEGER NOT NULL,
      PRIMARY KEY (field, key, modified, object)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX indexed_values_cut ON indexed_values (field) WHERE LENGTH(key) >= \(SortKey.longest);

    CREATE TABLE object_history (
      row INTEGER PRIMARY KEY AUTOINCREMENT,
      bucket INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      id TEXT NOT NULL,
      action TEXT NOT NULL,
      -- Microseconds since 1970.
      time INTEGER NOT NULL,
      user TEXT,
      kind INTEGER NOT NULL,
      name TEXT NOT NULL,
      class TEXT,
      data TEXT NOT NULL,
      permissions TEXT NOT NULL,
      UNIQUE (bucket, modified),
      UNIQUE (bucket, id)
    ) STRICT;
    CREATE TABLE history_readers (
      entry INTEGER NOT NULL,
      principal INTEGER NOT NULL,
      PRIMARY KEY (entry, principal)
    ) STRICT, WITHOUT ROWID;

    -- Every instance that is there has a bucket of its name.
    INSERT INTO objects (parent, kind, name, modified, is_deleted, data)
    SELECT 0, 1, name, modified, 0, json_object('id', name, 'last_modified', modified) FROM (
      SELECT serial, name, (SELECT MAX(created_at) / 1000 FROM instances) + ROW_NUMBER() OVER (ORDER BY serial) AS modified
      FROM instances WHERE removed_at IS NULL) ORDER BY serial;
    INSERT INTO object_lists (parent, kind, modified, live)
    SELECT 0, 1, MAX(modified), COUNT(*) FROM objects HAVING COUNT(*) > 0;
    INSERT INTO bucket_instances (bucket, instance)
    SELECT o.row, i.id FROM objects o JOIN instances i ON i.name = o.name;
    """
}
