public import Store

/// Is told of every change of a bucket, group, class, record or account within the transaction of the change, and may add to it: so
/// what a change causes is stored with it or not at all.
public protocol ChangeObserver: Sendable {
  /// - Throws: what makes the change itself fail.
  func changed(_ change: RecordChange, in transaction: any RecordTransaction) throws
}
