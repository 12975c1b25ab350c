public import Model

/// Changes of the data side that happen together or not at all.
public protocol RecordTransaction: RecordSnapshot {
  /// Undoes what `body` has changed if it throws, and leaves what was changed before.
  func attempt<Value>(_ body: () throws -> Value) throws -> Value

  /// Says when a list last changed; the lists below an object go with it.
  func setTimestamp(of kind: DataKind, in parent: Int64, to modified: Int64) throws

  /// Stores an object that is not there, or is no more; what was left of it is forgotten.
  ///
  /// - Returns: it, with its row.
  /// - Throws: `Problem` `notFound` if there is no such parent, `conflict` if the object is there or a value that must
  ///   be unique is taken (then with the field), `tooMany` beyond the bound of objects of a parent.
  func insert(_ kind: DataKind, _ name: String, in parent: Int64, modified: Int64, data: [UInt8]) throws -> StoredObject

  /// Gives an object other data.
  ///
  /// - Throws: `Problem` `notFound` if it is not there, `conflict` with the field if a value that must be unique is taken.
  func replace(_ row: Int64, modified: Int64, data: [UInt8]) throws

  /// Deletes an object, its access lists and all that lies below it, and leaves `data` in its place. With a group dies
  /// every right that any access list gives to it. What lay below is out of sight at once and cleared away later.
  ///
  /// - Returns: what is left of it, with a row of its own.
  /// - Throws: `Problem` `notFound` if it is not there, `conflict` for a bucket that an instance has.
  func delete(_ row: Int64, modified: Int64, data: [UInt8]) throws -> StoredObject

  /// Replaces an object's access lists as a whole.
  func setAccessLists(of row: Int64, to lists: AccessLists) throws

  /// Replaces who is in a group.
  func setMembers(of group: Int64, to members: Set<String>) throws

  func setPasswordHash(of account: Int64, to hash: String) throws

  /// Says which members of a class's records are kept ready for filters and orders, and which of them no two records may
  /// share. The records that are there are taken up in the same transaction, up to the bound that the store states.
  ///
  /// - Throws: `Problem` `conflict` if two records share a value that must be unique, `tooLarge` beyond the bound.
  func setIndexedFields(of recordClass: Int64, to fields: [IndexedField]) throws

  /// Says to which classes, by their names, the fields of a class refer.
  func setReferences(of recordClass: Int64, to targets: Set<String>) throws

  /// Makes a relation, whose `row` is given by the store. It goes with either of its classes, and its links with it.
  ///
  /// - Throws: `Problem` `notFound` if a class is not there, `conflict` if one of the fields shows another relation.
  func addRelation(_ relation: Relation) throws -> Relation

  /// Takes a relation away with all of its links.
  func removeRelation(_ row: Int64) throws

  /// Links two records. A link goes with either of them.
  ///
  /// - Throws: `Problem` `notFound` if the relation is not there, or a record in the class of its end; `conflict` if they
  ///   are linked already, or one of them is linked and can be only once.
  func link(_ relation: Int64, _ first: Int64, _ second: Int64) throws

  /// - Throws: `Problem` `notFound` if they are not linked.
  func unlink(_ relation: Int64, _ first: Int64, _ second: Int64) throws

  /// The next number for a record of a class: 1 at first, and no number twice, also if the record is deleted.
  ///
  /// - Throws: `Problem` `notFound` if there is no such class.
  func nextNumber(of recordClass: Int64) throws -> Int64

  func appendHistory(_ entry: HistoryEntry, of bucket: Int64) throws

  /// - Returns: how many were deleted.
  func deleteHistory(of bucket: Int64, ids: Set<String>) throws -> Int

  /// Ties a bucket to the instance whose data it is. Making, renaming and removing an instance does the same to the
  /// bucket that is tied to it.
  ///
  /// - Throws: `Problem` `notFound` if there is no such bucket, `conflict` if one of them is tied already.
  func tie(bucket: Int64, to instance: ID<Instance>) throws

  /// Enqueues a run with the change that causes it. A store that lets others react to changes has transactions that are
  /// a `TriggerTransaction` too, which says more of it.
  func enqueue(_ run: Run, _ bodies: RunBodies) throws -> Run

  /// Deletes everything: objects, access lists, members, timestamps, accounts, history. Instances get empty buckets.
  func flush() throws
}
