/// Whose request it is: the other end of the connection, or, where that is a proxy that the operator trusts, whom it
/// names in `X-Forwarded-For`.
enum ClientAddress {
  /// - Parameter forwarded: the values of `X-Forwarded-For` in the order of their coming. Each proxy appends whom it
  ///   serves, so only what stands behind the last stranger is worth anything.
  static func resolve(peer: String?, forwarded: @autoclosure () -> [String], trusting proxies: [AddressRange])
    -> String?
  {
    guard !proxies.isEmpty, let peer, var client = IPAddress(peer), isTrusted(client, proxies) else { return peer }
    let hops = forwarded().flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    for hop in hops.reversed() {
      guard let address = IPAddress(withoutPort(hop)) else { break }
      client = address
      if !isTrusted(address, proxies) { break }
    }
    return client.text
  }

  /// Whether the other end of a connection is a proxy whose word is taken.
  static func isTrusted(_ peer: String?, _ proxies: [AddressRange]) -> Bool {
    guard !proxies.isEmpty, let address = peer.flatMap({ IPAddress($0) }) else { return false }
    return isTrusted(address, proxies)
  }

  private static func isTrusted(_ address: IPAddress, _ proxies: [AddressRange]) -> Bool {
    proxies.contains { $0.contains(address) }
  }

  /// `192.0.2.1:4711` and `[2001:db8::1]:4711` as some proxies write it.
  private static func withoutPort(_ hop: Substring) -> Substring {
    let text = hop.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
    if text.first == "[" { return text.dropFirst().prefix { $0 != "]" } }
    let colons = text.count { $0 == ":" }
    return colons == 1 ? text.prefix { $0 != ":" } : text
  }
}
