import GRDB
import Model

extension Database {
  /// Bytes after which a transaction deletes nothing more, so that others need not wait long for their turn.
  static let largestDeletion: Int64 = 16 << 20

  /// Counts what an instance has more of a kind of thing.
  func addUsage(of kind: String, _ instance: ID<Instance>, count: Int64, bytes: Int64) throws {
    try run(
      """
      INSERT INTO usage (kind, instance, count, bytes) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET count = count + excluded.count, bytes = bytes + excluded.bytes
      """, [kind, instance.text, count, bytes])
  }

  /// What happens in an instance that was removed is taken until all of it is cleared away, and refused afterwards.
  func requireUncleared(_ instance: ID<Instance>) throws {
    let isCleared: Bool? = try value("SELECT is_cleared FROM instances WHERE id = ?", [instance.text])
    guard isCleared == false else { throw Problem(.notFound, "it refers to something that does not exist") }
  }

  /// How much more an instance has of a kind of thing than is to be kept; 0 or less if it is within its bounds.
  func excess(
    of kind: String, _ instance: ID<Instance>, count: Int64?, bytes: ByteSize?
  ) throws -> (count: Int64, bytes: Int64) {
    let usage = try rows("SELECT count, bytes FROM usage WHERE kind = ? AND instance = ?", [kind, instance.text]) {
      (count: try $0.next(Int64.self), bytes: try $0.next(Int64.self))
    }
    guard let usage = usage.first else { return (0, 0) }
    return (count.map { usage.count - $0 } ?? 0, bytes.map { usage.bytes - $0.bytes } ?? 0)
  }
}
