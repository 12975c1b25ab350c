import Store

/// What a requester must be allowed to do for an action, with an object of some kind or the list of such objects.
enum DataNeed: CaseIterable {
  /// Read an object.
  case read
  /// Change or delete an object.
  case write
  /// Make an object of the kind, in what it lies in.
  case create
  /// See all objects of the list.
  case list
  /// Delete all objects of the list.
  case clear
  /// Name an object in a reference that the object itself does not show.
  case refer
  /// Change what an object refers to by a request that names another one.
  case link

  /// The permissions of which one is enough, by whose access list gives it: the bucket's or the class's that the object
  /// lies in, or its own. Rights flow down: nothing below takes away what is given above.
  struct Lists {
    var bucket: Set<DataPermission> = []
    var recordClass: Set<DataPermission> = []
    var own: Set<DataPermission> = []
  }

  static let lists: [DataKind: [DataNeed: Lists]] = [
    .bucket: [
      .read: Lists(own: [.write, .read, .createClass, .createGroup]),
      .write: Lists(own: [.write]),
    ],
    .group: [
      .read: Lists(bucket: [.write, .read], own: [.write, .read]),
      .write: Lists(bucket: [.write], own: [.write]),
      .create: Lists(bucket: [.write, .createGroup]),
      .list: Lists(bucket: [.write, .read]),
      .clear: Lists(bucket: [.write]),
    ],
    .recordClass: [
      .read: Lists(bucket: [.write, .read], own: [.write, .read, .createRecord]),
      .write: Lists(bucket: [.write], own: [.write]),
      .create: Lists(bucket: [.write, .createClass]),
      .list: Lists(bucket: [.write, .read]),
      .clear: Lists(bucket: [.write]),
    ],
    .record: [
      .read: Lists(bucket: [.write, .read], recordClass: [.write, .read], own: [.write, .read]),
      .write: Lists(bucket: [.write], recordClass: [.write], own: [.write]),
      .create: Lists(bucket: [.write], recordClass: [.write, .createRecord]),
      .list: Lists(bucket: [.write, .read], recordClass: [.write, .read]),
      .clear: Lists(bucket: [.write], recordClass: [.write]),
      .refer: Lists(bucket: [.write, .read], recordClass: [.write, .read], own: [.write, .read]),
      .link: Lists(bucket: [.write], recordClass: [.write], own: [.write]),
    ],
    .account: [
      .read: Lists(own: [.write, .read]),
      .write: Lists(own: [.write]),
    ],
  ]

  /// The rights of which one is enough, whatever access lists say.
  static let rights: [DataKind: [DataNeed: Requester.Rights]] = {
    let below: [DataNeed: Requester.Rights] = [
      .read: [.readBuckets, .writeBuckets], .write: .writeBuckets, .create: .writeBuckets,
      .list: [.readBuckets, .writeBuckets], .clear: .writeBuckets,
    ]
    return [
      .bucket: below.merging([.create: .createBuckets]) { $1 }, .group: below, .recordClass: below,
      .record: below.merging([.refer: [.readBuckets, .writeBuckets], .link: .writeBuckets]) { $1 },
      .account: [
        .read: [.readAccounts, .writeAccounts], .write: .writeAccounts, .create: [.createAccounts, .writeAccounts],
        .list: .readAccounts, .clear: .writeAccounts,
      ],
    ]
  }()

  /// The permissions by which a single object of a list is shared with somebody who does not see the whole list.
  func sharing(_ kind: DataKind) -> Set<DataPermission> {
    self == .clear ? [.write] : Set(DataPermission.given(by: kind))
  }
}
