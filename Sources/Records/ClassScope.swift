/// Classes by their names. A request that names one class may write records of others too, by references.
public struct ClassScope: Hashable, Sendable {
  /// Those whose records are read; `nil` for all.
  public var reads: Set<String>?
  /// Those whose records are written, and so read too; `nil` for all.
  public var writes: Set<String>?

  public init(reads: Set<String>?, writes: Set<String>?) {
    self.reads = reads
    self.writes = writes
  }

  func admits(_ need: DataNeed, _ recordClass: String) -> Bool {
    let isWritten = writes?.contains(recordClass) ?? true
    switch need {
    case .read, .list, .refer: return isWritten || reads?.contains(recordClass) ?? true
    case .write, .create, .clear, .link: return isWritten
    }
  }
}
