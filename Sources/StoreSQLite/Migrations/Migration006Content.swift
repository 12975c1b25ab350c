/// Files of instances: what they are called, and the blobs on disk that hold their content, named by its hash.
enum Migration006Content: Migration {
  static let name = "006-content"

  static let sql = """
    -- A row is written only when the blob is on the disk.
    CREATE TABLE blobs (
      hash TEXT NOT NULL PRIMARY KEY,
      size INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE files (
      id TEXT NOT NULL PRIMARY KEY,
      instance TEXT NOT NULL REFERENCES instances (id),
      serial INTEGER NOT NULL,
      path TEXT NOT NULL,
      blob TEXT NOT NULL REFERENCES blobs (hash),
      content_type TEXT NOT NULL,
      metadata TEXT NOT NULL DEFAULT '{}',
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      UNIQUE (instance, serial),
      UNIQUE (instance, path)
    ) STRICT;
    CREATE INDEX files_by_blob ON files (blob);
    """
}
