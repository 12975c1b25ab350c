import Model
import Store
import Synchronization

/// Accounts in memory, as far as those who check passwords look.
final class FakeAccountStore: RecordStore {
  private let state = Mutex<(proofs: [String: String], reads: Int)>(([:], 0))

  /// What is stored of the password, by the account's name.
  subscript(name: String) -> String? {
    get { state.withLock { $0.proofs[name] } }
    set { state.withLock { $0.proofs[name] = newValue } }
  }

  /// How often somebody has looked.
  var reads: Int { state.withLock { $0.reads } }

  func read<Value: Sendable>(_ body: @Sendable (any RecordSnapshot) throws -> Value) async throws -> Value {
    let proofs = state.withLock { state in
      state.reads += 1
      return state.proofs
    }
    return try body(FakeAccounts(proofs: proofs))
  }

  func write<Value: Sendable>(
    bytes: Int, _ body: @escaping @Sendable (any RecordTransaction) throws -> Value
  ) async throws -> Value { throw FakeAccounts.unused }

  func clear(limit: Int) async throws -> Int { throw FakeAccounts.unused }

  func arrivals() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}

private struct FakeAccounts: RecordSnapshot {
  static let unused = Problem(.internal, "nobody who checks passwords asks for this")

  let proofs: [String: String]

  private var names: [String] { proofs.keys.sorted() }

  func object(_ kind: DataKind, _ name: String, in parent: Int64) throws -> StoredObject? {
    guard kind == .account, parent == 0, let index = names.firstIndex(of: name) else { return nil }
    return StoredObject(row: Int64(index), kind: kind, parent: 0, name: name, modified: 1, data: Array("{}".utf8))
  }

  func passwordHash(of account: Int64) throws -> String? { proofs[names[Int(account)]] }

  func principals(of user: String?) throws -> PrincipalSet { throw Self.unused }
  func grants(to principals: PrincipalSet, on rows: [Int64]) throws -> [Int64: Set<DataPermission>] {
    throw Self.unused
  }
  func accessLists(of row: Int64) throws -> AccessLists { throw Self.unused }
  func timestamp(of kind: DataKind, in parent: Int64) throws -> Int64? { throw Self.unused }
  func list(_ query: ObjectQuery, limit: Int) throws -> ObjectPage { throw Self.unused }
  func count(_ query: ObjectQuery) throws -> Int64 { throw Self.unused }
  func shared(
    with principals: PrincipalSet, after row: Int64, limit: Int
  ) throws -> [(row: Int64, object: SharedObject)] { throw Self.unused }
  func history(of bucket: Int64, after: Int64, readers: PrincipalSet?, limit: Int) throws -> [HistoryEntry] {
    throw Self.unused
  }
  func instance(of bucket: Int64) throws -> ID<Instance>? { throw Self.unused }
  func objects(at rows: [Int64]) throws -> [StoredObject] { throw Self.unused }
  func objects(_ kind: DataKind, named names: [String], in parent: Int64) throws -> [StoredObject] {
    throw Self.unused
  }
  func relations(of recordClass: Int64) throws -> [Relation] { throw Self.unused }
  func classes(in bucket: Int64, referringTo target: String) throws -> [Int64] { throw Self.unused }
  func links(
    of relation: Int64, from end: Relation.End, at records: [Int64], limit: Int
  ) throws -> [LinkedObject] { throw Self.unused }
  func hasLinks(_ relation: Int64) throws -> Bool { throw Self.unused }
}
