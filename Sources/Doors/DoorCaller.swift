/// Who sent a request, as far as the connection tells, and how much of guessing is borne from there.
public protocol DoorCaller: Sendable {
  /// The caller's address, or that of the proxy in front of it.
  var address: String? { get }

  /// - Throws: `Problem` `tooMany` when too many wrong credentials came from there.
  func checkFailures() throws

  /// Counts a request with a key of this server.
  ///
  /// - Parameter key: its id.
  /// - Throws: `Problem` `tooMany` when the key asks more often than it may.
  func enter(key: String) throws

  /// Has `action` done when the client has gone, or the server ends the connection; at once if that is so already.
  func whenOver(_ action: @escaping @Sendable () -> Void)

  /// Counts credentials that do not work against the caller.
  func noteFailure()
}
