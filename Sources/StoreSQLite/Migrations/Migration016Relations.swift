/// Links between records, and the relations that they are of.
enum Migration016Relations: Migration {
  static let name = "016-relations"

  static let sql = """
    -- Which classes of a bucket refer to one of that name, whether it is there or not.
    CREATE TABLE class_references (
      bucket INTEGER NOT NULL,
      target TEXT NOT NULL,
      class INTEGER NOT NULL,
      PRIMARY KEY (bucket, target, class)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX class_references_by_class ON class_references (class);

    -- AUTOINCREMENT, because the links of a relation that is gone are cleared away later.
    CREATE TABLE relations (
      row INTEGER PRIMARY KEY AUTOINCREMENT,
      first_class INTEGER NOT NULL,
      first_field TEXT,
      first_is_many INTEGER NOT NULL,
      second_class INTEGER NOT NULL,
      second_field TEXT,
      second_is_many INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX relations_by_first ON relations (first_class, first_field);
    CREATE UNIQUE INDEX relations_by_second ON relations (second_class, second_field) WHERE second_field IS NOT NULL;
    CREATE INDEX relations_by_target ON relations (second_class);

    -- One row a link, or two of both directions where a relation has none. The marks are those of the relation: indexes
    -- are partial by what is in the row.
    CREATE TABLE links (
      relation INTEGER NOT NULL,
      first INTEGER NOT NULL,
      second INTEGER NOT NULL,
      first_is_many INTEGER NOT NULL,
      second_is_many INTEGER NOT NULL,
      PRIMARY KEY (relation, first, second)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX links_by_second ON links (relation, second, first);
    CREATE UNIQUE INDEX links_of_one_first ON links (relation, first) WHERE first_is_many = 0;
    CREATE UNIQUE INDEX links_of_one_second ON links (relation, second) WHERE second_is_many = 0;
    """
}
