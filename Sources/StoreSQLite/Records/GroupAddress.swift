/// What groups are called in access lists.
enum GroupAddress {
  static func of(_ group: String, in bucket: String) -> String { "/buckets/\(bucket)/groups/\(group)" }

  /// The addresses of all groups that a bucket could have, in the order of bytes.
  static func range(of bucket: String) -> Range<String> {
    // The character after the slash.
    let start = "/buckets/\(bucket)/groups"
    return start + "/"..<start + "0"
  }
}
