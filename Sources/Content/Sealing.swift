/// Closes values so that only this server opens them, and only where they belong. The key behind it is another part's.
public protocol Sealing: Sendable {
  /// - Parameters:
  ///   - context: what the value belongs to; it opens only with the same.
  ///   - mayMakeKey: whether a key may be made if there is none.
  /// - Throws: `Problem` `unavailable` if there is no key.
  func seal(_ plain: [UInt8], context: [UInt8], mayMakeKey: Bool) throws -> [UInt8]

  /// - Throws: `Problem` `unavailable` if the value cannot be opened, with the reason.
  func open(_ sealed: [UInt8], context: [UInt8]) throws -> [UInt8]
}
