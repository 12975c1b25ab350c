import Foundation
import Model

/// The user that a server started as root becomes: it keeps no right that it does not need.
struct ServiceUser: Hashable, CustomStringConvertible {
  /// What a server becomes where nothing names a user: a number that distributions leave alone.
  static let unnamed = ServiceUser(uid: 64_911, gid: 64_911)

  let uid: UInt32
  let gid: UInt32

  private init(uid: UInt32, gid: UInt32) {
    self.uid = uid
    self.gid = gid
  }

  var description: String { "user \(uid)" }

  /// The configured user; otherwise the owner of the data folder, the user `grapnel`, or `unnamed`, whichever is the
  /// first to be found and is not root.
  ///
  /// - Throws: `Problem` `invalid` if the configured user does not exist or is root.
  static func choose(configured: String?, dataFolder: String) throws -> ServiceUser {
    if let configured {
      guard let user = find(configured) ?? UInt32(configured).map({ ServiceUser(uid: $0, gid: $0) }), user.uid != 0
      else {
        throw Problem(
          .invalid, "the server cannot work as \(configured)", field: "sandbox.user",
          rule: "the name or number of a user that is not root")
      }
      return user
    }
    var status = stat()
    if stat(dataFolder, &status) == 0, status.st_uid != 0 {
      return ServiceUser(uid: status.st_uid, gid: status.st_gid)
    }
    return find("grapnel") ?? unnamed
  }

  private static func find(_ name: String) -> ServiceUser? {
    guard let entry = getpwnam(name) else { return nil }
    return ServiceUser(uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
  }
}
