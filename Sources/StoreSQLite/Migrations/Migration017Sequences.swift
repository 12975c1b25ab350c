/// The numbers that records of classes with numbered ids have.
enum Migration017Sequences: Migration {
  static let name = "017-sequences"

  static let sql = """
    CREATE TABLE class_sequences (
      class INTEGER PRIMARY KEY,
      last INTEGER NOT NULL
    ) STRICT;
    """
}
