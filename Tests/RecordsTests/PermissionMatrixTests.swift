import Model
import Records
import Store
import Testing

/// Every action against every kind of principal with every permission. What must come of it is worked out forwards, from
/// what a permission enables, where the service asks backwards, which permissions satisfy a need.
@Suite struct PermissionMatrixTests {
  /// Who holds the permission, seen from the request.
  enum Holder: CaseIterable {
    case user, group, authenticated, everyone, anonymousEveryone, stranger, anonymousStranger
  }

  /// The object that gives it.
  static let grants: [(DataKind, DataPermission)] = DataKind.allCases.filter { $0 != .account }.flatMap { kind in
    DataPermission.given(by: kind).map { (kind, $0) }
  }

  @Test(arguments: Holder.allCases)
  func accessListsDecide(holder: Holder) async throws {
    for (kind, permission) in Self.grants {
      let world = MatrixWorld(kind, permission, holder)
      let isHeld = holder != .stranger && holder != .anonymousStranger
      let abilities = isHeld ? Abilities(kind, permission) : Abilities()
      for action in MatrixAction.allCases {
        for target in [DataKind.bucket, .group, .recordClass, .record] {
          let expected = abilities.outcome(of: action, on: target, isAnonymous: world.requester.user == nil)
          try await world.expect(expected, action, target, "\(holder) has \(permission) on the \(kind)")
        }
      }
    }
  }

  @Test func rightsDecide() async throws {
    let cases: [(Requester.Rights, Abilities)] = [
      ([], Abilities()), (.readBuckets, .rights(reading: true)), (.writeBuckets, .rights(writing: true)),
      (.createBuckets, .rights(creating: true)),
      ([.readBuckets, .writeBuckets, .createBuckets], .rights(reading: true, writing: true, creating: true)),
    ]
    for (rights, abilities) in cases {
      let world = MatrixWorld(requester: Requester(user: "key:k", rights: rights))
      for action in MatrixAction.allCases {
        for target in [DataKind.bucket, .group, .recordClass, .record] {
          let expected = abilities.outcome(of: action, on: target, isAnonymous: false)
          try await world.expect(expected, action, target, "rights \(rights.rawValue)")
        }
      }
    }
  }

  @Test(arguments: [DataPermission.read, .write])
  func aKeyOfAnInstanceHasItsBucketOnly(permission: DataPermission) async throws {
    let own = ID<Instance>(at: Timestamp(microseconds: 1))
    let foreign = ID<Instance>(at: Timestamp(microseconds: 2))
    for instance in [own, foreign] {
      let requester = Requester(
        user: "key:k", rights: [], instance: instance, instancePermissions: [permission])
      let world = MatrixWorld(requester: requester, tiedTo: own)
      var abilities = instance == own ? Abilities(.bucket, permission) : Abilities()
      // The permission stands in no access list, so the list of buckets is not shared with it.
      abilities.shared = []
      abilities.writable = []
      for action in MatrixAction.allCases {
        for target in [DataKind.bucket, .group, .recordClass, .record] {
          // Nobody deletes the bucket of an instance here.
          if target == .bucket, action == .delete, permission == .write { continue }
          let expected = abilities.outcome(of: action, on: target, isAnonymous: false)
          try await world.expect(expected, action, target, "a key with \(permission), own: \(instance == own)")
        }
      }
    }
  }
}
