public import Model

/// One consistent state of the data side. All methods answer at once: they are called where blocking is allowed, within
/// the closure that a `RecordStore` was given, and not after it.
public protocol RecordSnapshot {
  /// The object, or what is left of it; `nil` if there never was one, or if its parent was deleted since.
  func object(_ kind: DataKind, _ name: String, in parent: Int64) throws -> StoredObject?

  /// Whom a user stands for: `system.Everyone`; with a `user` also `system.Authenticated`, the user itself, and the groups
  /// whose members name the user or `system.Authenticated`: the oldest thousand of them.
  func principals(of user: String?) throws -> PrincipalSet

  /// What the own access lists of each of `rows` give to the principals together; rows that give nothing are left out.
  func grants(to principals: PrincipalSet, on rows: [Int64]) throws -> [Int64: Set<DataPermission>]

  func accessLists(of row: Int64) throws -> AccessLists

  /// When the list last changed, in milliseconds since 1970; `nil` if nobody ever asked for it.
  func timestamp(of kind: DataKind, in parent: Int64) throws -> Int64?

  /// - Parameter limit: 1 to 10,000. There are fewer in a page, and more to follow, when objects are large.
  /// - Throws: `Problem` `invalid` for a query that is too large to ask, with the field; `tooLarge` if more objects would
  ///   have to be read than the store admits, with the field that is no indexed one.
  func list(_ query: ObjectQuery, limit: Int) throws -> ObjectPage

  /// How many objects there are, deleted ones left out, whatever `after` says.
  func count(_ query: ObjectQuery) throws -> Int64

  /// The objects whose own access lists name one of the principals, in the order of their rows, after `row`.
  func shared(
    with principals: PrincipalSet, after row: Int64, limit: Int
  ) throws -> [(row: Int64, object: SharedObject)]

  /// What proves an account's password; `nil` if there is no such account.
  func passwordHash(of account: Int64) throws -> String?

  /// Entries of a bucket's history with a larger `modified` than `after`, in that order.
  ///
  /// - Parameter readers: those that one of these principals could read; `nil` for all.
  func history(of bucket: Int64, after: Int64, readers: PrincipalSet?, limit: Int) throws -> [HistoryEntry]

  /// The instance whose data the bucket is; `nil` for a bucket without one.
  func instance(of bucket: Int64) throws -> ID<Instance>?

  /// The live objects of these rows; those that are not there are left out.
  func objects(at rows: [Int64]) throws -> [StoredObject]

  /// The live objects of one list that have one of these names.
  func objects(_ kind: DataKind, named names: [String], in parent: Int64) throws -> [StoredObject]

  // Relations

  /// The relations that have an end in a class.
  func relations(of recordClass: Int64) throws -> [Relation]

  /// The rows of the classes of a bucket that declare references to a class of that name, whether there is one or not.
  func classes(in bucket: Int64, referringTo target: String) throws -> [Int64]

  /// Where the links of these records lead, in the order of the records' rows and then of the names.
  ///
  /// - Parameters:
  ///   - end: on which end the records are.
  ///   - limit: the most links that are given, at least 1.
  func links(
    of relation: Int64, from end: Relation.End, at records: [Int64], limit: Int
  ) throws -> [LinkedObject]

  func hasLinks(_ relation: Int64) throws -> Bool
}
