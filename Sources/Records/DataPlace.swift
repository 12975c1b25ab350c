import Store

/// Where the address of a request leads, and what the requester's principals are given there.
struct DataPlace {
  var target: DataTarget
  /// What the object lies in, as far as it is there.
  var bucket: StoredObject?
  var recordClass: StoredObject?
  /// The object itself, if it is there.
  var object: StoredObject?
  /// By access lists, and for the bucket by a key of its instance.
  var givenByBucket: Set<DataPermission> = []
  var givenByClass: Set<DataPermission> = []
  var givenByObject: Set<DataPermission> = []

  /// The row of what the object lies in; `nil` if that is not there.
  var parent: Int64? {
    switch target.kind {
    case .bucket, .account: 0
    case .group, .recordClass: bucket?.row
    case .record: recordClass?.row
    }
  }

  /// Whether access lists satisfy a need.
  func satisfies(_ need: DataNeed) -> Bool {
    guard let lists = DataNeed.lists[target.kind]?[need] else { return false }
    return !lists.own.isDisjoint(with: givenByObject) || !lists.recordClass.isDisjoint(with: givenByClass)
      || !lists.bucket.isDisjoint(with: givenByBucket)
  }
}
