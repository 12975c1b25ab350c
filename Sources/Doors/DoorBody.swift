/// The body of a request, which is read when a door asks for it.
public protocol DoorBody: Sendable {
  /// The whole body; empty if there is none.
  ///
  /// - Throws: `Problem` `tooLarge` if it has more than `most` bytes, `invalid` if it broke off.
  func collect(atMost most: Int) async throws -> [UInt8]
}
