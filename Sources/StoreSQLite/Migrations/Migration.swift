import GRDB

/// One numbered step of the schema. A step that was released is never edited: what it got wrong, a later one mends.
protocol Migration {
  /// The number and a word, such as `001-tenants`; kept in the database, so it never changes.
  static var name: String { get }
  /// The statements, separated by semicolons.
  static var sql: String { get }
}

extension DatabaseMigrator {
  /// All steps, oldest first.
  static var grapnel: DatabaseMigrator {
    let steps: [any Migration.Type] = [
      Migration001Tenants.self, Migration002Hooks.self, Migration003Runs.self, Migration004Logs.self,
      Migration005Access.self, Migration006Content.self, Migration007Retries.self, Migration008Deployment.self,
      Migration009Retention.self, Migration010Idempotency.self, Migration011Removal.self,
      Migration012Schedules.self, Migration013Writing.self, Migration014Records.self, Migration015Triggers.self,
      Migration016Relations.self, Migration017Sequences.self,
    ]
    var migrator = DatabaseMigrator()
    for step in steps {
      let sql = step.sql
      migrator.registerMigration(step.name, foreignKeyChecks: .immediate) { database in try database.execute(sql: sql) }
    }
    return migrator
  }
}
