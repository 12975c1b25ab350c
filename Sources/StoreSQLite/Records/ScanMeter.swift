/// Counts what a statement reads of objects that no index has sorted out, on one connection.
final class ScanMeter {
  /// How many objects, and how many bytes of them, one statement may read.
  struct Bounds: Sendable {
    var objects = 100_000
    var bytes = 256 << 20
  }

  let bounds: Bounds
  private var objects = 0
  private var bytes = 0
  private var lastRow: Int64 = -1

  init(bounds: Bounds) {
    self.bounds = bounds
  }

  func begin() {
    (objects, bytes, lastRow) = (0, 0, -1)
  }

  /// Counts an object, once however often it is looked at in a row.
  ///
  /// - Returns: whether it may still be read.
  func read(_ row: Int64, bytes count: Int) -> Bool {
    guard row != lastRow else { return true }
    lastRow = row
    objects += 1
    bytes += count
    return objects <= bounds.objects && bytes <= bounds.bytes
  }

  /// What SQLite says when a statement was stopped.
  static let refusal = "more objects than a statement may read"
}
