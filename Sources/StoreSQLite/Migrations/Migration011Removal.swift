/// Instances that were removed. Their rows stay, so that no other instance ever gets their numbers, from which the user
/// ids of runs are made; what they had goes little by little.
enum Migration011Removal: Migration {
  static let name = "011-removal"

  // What is defined is refused as soon as an instance is removed. What happens, such as the end of a run that went on,
  // is still taken until all is cleared away: the clearing finds it.
  static let sql = """
    ALTER TABLE instances ADD COLUMN removed_at INTEGER;
    ALTER TABLE instances ADD COLUMN is_cleared INTEGER NOT NULL DEFAULT 0;

    \(["hooks", "keys", "variables", "files", "folder_contents"].map { refusal(in: $0, "removed_at IS NOT NULL") }
      .joined(separator: "\n"))
    \(["runs", "logs", "events"].map { refusal(in: $0, "is_cleared = 1") }.joined(separator: "\n"))
    -- Figures of many instances come together: those of one that is gone must not keep out the others.
    \(refusal(in: "run_minutes", "is_cleared = 1", "IGNORE"))
    """

  private static func refusal(
    in table: String, _ condition: String, _ answer: String = "ABORT, 'there is no such instance'"
  ) -> String {
    """
    CREATE TRIGGER \(table)_of_nobody BEFORE INSERT ON \(table)
    WHEN EXISTS (SELECT 1 FROM instances WHERE id = NEW.instance AND \(condition)) BEGIN
      SELECT RAISE(\(answer));
    END;
    """
  }
}
