/// What every run writes, without triggers on the way.
enum Migration013Writing: Migration {
  static let name = "013-writing"

  // A statement whose trigger may refuse or write a row is undone by itself when it fails. For that SQLite keeps a copy of
  // each page before the statement changes it, and a run changes a page of each of its indexes: this took longer than all
  // the rest of storing a run. `Run` and `run_bodies` are only inserted by `EncodedRun` and `EncodedBodies`, which look at
  // the instance and count what it uses themselves.
  static let sql = """
    DROP TRIGGER runs_of_nobody;
    DROP TRIGGER usage_of_new_run;
    """
}
