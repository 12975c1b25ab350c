import Records
import Store

/// Where a path leads.
enum KintoRoute: Hashable {
  case root
  case batch
  case permissions
  case flush
  case heartbeat
  case balancerHeartbeat
  case object(DataTarget)
  case list(DataTarget)
  case history(bucket: String)
  /// The changes of a class as they come, which the protocol does not have.
  case feed(DataTarget)
  /// The same without the slashes at its end, or with the one that is missing; a path that is not decoded.
  case redirect(String)
  case nowhere
  /// Not text.
  case illegible

  /// The name of a bucket that stands for the requester's own.
  static let defaultBucket = "default"
  static let prefix = "/v1"

  /// - Parameter path: as it was sent, with the version.
  init(_ path: String) {
    let rest = path.dropFirst(Self.prefix.count)
    guard path.hasPrefix(Self.prefix), rest.isEmpty || rest.utf8.first == UInt8(ascii: "/") else {
      self = .nowhere
      return
    }
    guard !rest.isEmpty else {
      self = .redirect(Self.prefix + "/")
      return
    }
    var segments: [String] = []
    for segment in rest.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let text = PercentText.decode(segment) else {
        self = .illegible
        return
      }
      segments.append(text)
    }
    self = Self.match(segments)
    if self == .nowhere, rest.utf8.last == UInt8(ascii: "/") {
      let trimmed = rest.reversed().drop { $0 == "/" }.reversed()
      self = .redirect(Self.prefix + (trimmed.isEmpty ? "/" : String(trimmed)))
    }
  }

  private static func match(_ path: [String]) -> KintoRoute {
    guard path.dropFirst().allSatisfy({ !$0.isEmpty && !$0.utf8.contains(UInt8(ascii: "/")) }) else { return .nowhere }
    switch (path.count, path[0]) {
    case (1, ""): return .root
    case (1, "batch"): return .batch
    case (1, "permissions"): return .permissions
    case (1, "__flush__"): return .flush
    case (1, "__heartbeat__"): return .heartbeat
    case (1, "__lbheartbeat__"): return .balancerHeartbeat
    case (1, "buckets"): return .list(DataTarget(.bucket))
    case (2, "buckets"): return .object(DataTarget(.bucket, name: path[1]))
    case (1, "accounts"): return .list(DataTarget(.account))
    case (2, "accounts"): return .object(DataTarget(.account, name: path[1]))
    case (3..., "buckets"): return inBucket(path[1], path.dropFirst(2))
    default: return .nowhere
    }
  }

  private static func inBucket(_ bucket: String, _ path: ArraySlice<String>) -> KintoRoute {
    let path = Array(path)
    switch (path.count, path[0]) {
    case (1, "history"): return .history(bucket: bucket)
    case (1, "groups"): return .list(DataTarget(.group, bucket: bucket))
    case (2, "groups"): return .object(DataTarget(.group, bucket: bucket, name: path[1]))
    case (1, "collections"): return .list(DataTarget(.recordClass, bucket: bucket))
    case (2, "collections"): return .object(DataTarget(.recordClass, bucket: bucket, name: path[1]))
    case (3, "collections") where path[2] == "records":
      return .list(DataTarget(.record, bucket: bucket, recordClass: path[1]))
    case (3, "collections") where path[2] == "events":
      return .feed(DataTarget(.record, bucket: bucket, recordClass: path[1]))
    case (4, "collections") where path[2] == "records":
      return .object(DataTarget(.record, bucket: bucket, recordClass: path[1], name: path[3]))
    default: return .nowhere
    }
  }

  /// The methods that are answered there; `nil` where nothing is.
  var methods: [String]? {
    switch self {
    case .root, .permissions, .heartbeat, .balancerHeartbeat: ["GET", "HEAD", "OPTIONS"]
    case .batch, .flush: ["POST", "OPTIONS"]
    case .object: ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]
    case .list: ["GET", "HEAD", "POST", "DELETE", "OPTIONS"]
    case .history: ["GET", "HEAD", "DELETE", "OPTIONS"]
    case .feed: ["GET", "OPTIONS"]
    case .redirect, .nowhere, .illegible: nil
    }
  }

  /// The address of an object without the version, as it stands in principals and histories.
  static func address(of kind: DataKind, _ name: String, bucket: String?, recordClass: String?) -> String {
    switch kind {
    case .bucket: "/buckets/\(name)"
    case .account: "/accounts/\(name)"
    case .group: "/buckets/\(bucket ?? "")/groups/\(name)"
    case .recordClass: "/buckets/\(bucket ?? "")/collections/\(name)"
    case .record: "/buckets/\(bucket ?? "")/collections/\(recordClass ?? "")/records/\(name)"
    }
  }
}
