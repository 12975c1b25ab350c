/// How much the data side takes.
struct RecordBounds: Sendable {
  /// Objects of one list, with what is left of deleted ones.
  var listedObjects: Int64 = 10_000_000
  /// What one statement reads without an index.
  var scan = ScanMeter.Bounds()
  /// Bytes of data after which a page takes no further object.
  var pageBytes = 16 << 20
  /// Records that can be there when a field becomes an indexed one.
  var indexedRecords: Int64 = 100_000
  /// Indexed fields of a class.
  var indexedFields = 16
  /// Groups of one user that count, the oldest ones: whoever makes groups names members without asking them.
  var groups = 1000
}
