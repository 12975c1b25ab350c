import GRDB
import Store

struct SQLiteRecordSnapshot: DatabaseRecords {
  let database: Database
  let bounds: RecordBounds
}
